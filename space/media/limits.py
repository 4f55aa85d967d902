"""Every limit on what a visitor may attach, and where each number comes from. Constants only."""

# A file: a 48-megapixel JPEG of a telephone or 30 s of 24-bit stereo at 96 kHz fit.
MAX_FILE_BYTES = 32 * 1024 * 1024

# A turn.
MAX_PICTURES_PER_TURN = 4
MAX_SOUNDS_PER_TURN = 1

# A whole conversation: what the engine takes in one request.
MAX_PICTURES_PER_CONVERSATION = 16
MAX_SOUNDS_PER_CONVERSATION = 8

# Pictures. Gemma 4's image processor gives each side a multiple of 48 pixels, one soft token for 48 x 48.
PIXELS_PER_SOFT_TOKEN = 48 * 48
IMAGE_BUDGETS = (70, 140, 280, 560, 1120)
LARGEST_IMAGE_BUDGET = IMAGE_BUDGETS[-1]
USEFUL_PIXELS = LARGEST_IMAGE_BUDGET * PIXELS_PER_SOFT_TOKEN
# At the smallest budget one row holds 70 soft tokens: a longer strip is not refused by the processor but squashed.
MAX_ASPECT_RATIO = 70
# The processor takes a side of 1 or 3 pixels for the colour channels ("The channel dimension is ambiguous").
MIN_SIDE = 4
# 8160 x 6120, a telephone's "50 megapixels"; decoded in RGBA it takes 200 MB.
MAX_PIXELS = 50_000_000
# A progressive JPEG has about ten scans; thousands of empty ones keep a decoder busy for hours.
MAX_JPEG_SCANS = 100

# Sounds. 25 soft tokens a second, 750 at most.
SAMPLE_RATE = 16_000
MAX_SECONDS = 30
MIN_SECONDS = 0.1
MIN_SOURCE_RATE = 4_000
MAX_SOURCE_RATE = 384_000
MAX_CHANNELS = 32
# An AAC decoder returns its last frame whole (1024 samples), so 30 s come back as 30.02 s: cut, not refused.
LOSSY_PADDING_SECONDS = 0.05
# Encoders and containers disagree by a frame or two about a length; more than this is a file that breaks off.
TRUNCATION_SECONDS = 0.25
# Thirty seconds of the smallest Opus frames (2.5 ms) are 12,000 packets.
MAX_PACKETS = 100_000
