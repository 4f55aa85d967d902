"""Sounds: what every format becomes, how long one may be, and which are refused with which sentence."""

import struct
import wave
from io import BytesIO

import numpy as np
import pytest

from space.conversation import Attachment
from space.errors import AttachmentRefused, SoundTooLong
from space.media import load
from tests.space.media.files import TONE_HZ, encoded_sound, encoded_video, sound_file, tone, with_cover_art


def samples(attachment: Attachment) -> np.ndarray:
    """What the engine will hear; also holds that the attachment's own account of it is true."""
    assert (attachment.kind, attachment.media_type) == ("audio", "audio/wav")
    with wave.open(BytesIO(attachment.data)) as reader:
        assert (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) == (16_000, 1, 2)
        assert attachment.seconds == reader.getnframes() / 16_000
        return np.frombuffer(reader.readframes(reader.getnframes()), "<i2")


def pitch(heard: np.ndarray) -> float:
    """The strongest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    return float(spectrum.argmax() * 16_000 / len(heard))


@pytest.mark.parametrize(
    ("file_format", "subtype"),
    [
        ("WAV", "PCM_U8"), ("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "PCM_32"), ("WAV", "FLOAT"), ("WAV", "DOUBLE"),
        ("WAV", "ULAW"), ("WAV", "ALAW"), ("WAV", "IMA_ADPCM"), ("WAVEX", "PCM_24"), ("RF64", "PCM_16"),
        ("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("AIFF", "PCM_16"), ("AIFF", "PCM_24"), ("AIFF", "FLOAT"),
        ("AU", "PCM_16"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_every_format_of_libsndfile_keeps_its_pitch_and_loudness(file_format: str, subtype: str, rate: int) -> None:
    heard = samples(load(sound_file(tone(1.0, rate), rate, file_format, subtype), "tone"))
    assert len(heard) == pytest.approx(16_000, abs=1000)
    assert pitch(heard) == pytest.approx(TONE_HZ, abs=2)
    assert np.abs(heard[2000:-2000]).max() == pytest.approx(0.33 * 32768, rel=0.05)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("webm", "libopus"), ("ogg", "libopus"), ("matroska", "flac"), ("mp3", "libmp3lame"),
        ("mp4", "aac"), ("ipod", "aac"), ("mov", "pcm_s16le"), ("ipod", "alac"), ("adts", "aac"), ("flac", "flac"),
        ("ogg", "flac"), ("asf", "wmav2"),
    ],
)  # fmt: skip
def test_every_format_of_browsers_and_telephones_keeps_its_pitch(container: str, codec: str) -> None:
    heard = samples(load(encoded_sound(container, codec), "tone"))
    assert len(heard) == pytest.approx(16_000, abs=1500)
    assert pitch(heard) == pytest.approx(TONE_HZ, abs=2)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000])
def test_every_sampling_rate_keeps_length_and_pitch(rate: int) -> None:
    heard = samples(load(sound_file(tone(2.0, rate), rate), "tone.wav"))
    assert (len(heard), pitch(heard)) == (32_000, TONE_HZ)


def test_what_16_khz_cannot_hold_does_not_come_back_as_another_tone() -> None:
    heard = samples(load(sound_file(tone(1.0, 48_000, 440) + tone(1.0, 48_000, 15_000), 48_000), "two.wav"))
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum[1000] < spectrum[440] / 1000, "15 kHz must not fold back to 1 kHz"


def test_channels_are_averaged() -> None:
    left, right = tone(1.0, 16_000, 500), tone(1.0, 16_000, 700)
    spectrum = np.abs(np.fft.rfft(samples(load(sound_file(np.stack([left, right], axis=1)), "stereo.wav"))))
    assert spectrum[500] == pytest.approx(spectrum[700], rel=0.01)
    assert spectrum[500] == pytest.approx(np.abs(np.fft.rfft(left))[500] / 2 * 32768, rel=0.01)


@pytest.mark.parametrize("channels", [3, 6, 8, 16])
def test_many_channels_are_heard(channels: int) -> None:
    many = np.stack([tone(0.5, 48_000)] * channels, axis=1)
    assert pitch(samples(load(sound_file(many, 48_000), "surround.wav"))) == pytest.approx(TONE_HZ, abs=2)


def test_more_channels_than_a_microphone_array_has_are_refused() -> None:
    with pytest.raises(AttachmentRefused, match="has 40 channels"):
        load(sound_file(np.zeros((4000, 40))), "array.wav")


def test_a_sound_louder_than_full_scale_is_turned_down_and_not_clipped() -> None:
    heard = samples(load(sound_file(20 * tone(1.0, 16_000), subtype="FLOAT"), "loud.wav"))
    assert np.abs(heard).max() >= 32_700
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum[3 * TONE_HZ] < spectrum[TONE_HZ] / 1000, "clipping would add overtones"


def test_loading_a_loaded_sound_changes_nothing() -> None:
    once = load(sound_file(tone(1.0, 44_100), 44_100), "a.wav")
    assert load(once.data, once.name) == once


def test_sixteen_bit_samples_at_16_khz_pass_unchanged() -> None:
    noise = np.random.default_rng(0).integers(-32768, 32768, 16_000).astype(np.int16)
    assert np.array_equal(samples(load(sound_file(noise), "noise.wav")), noise)


def test_cover_art_does_not_make_a_song_a_video() -> None:
    assert pitch(samples(load(with_cover_art(encoded_sound("mp3", "libmp3lame")), "song.mp3"))) == pytest.approx(
        TONE_HZ, abs=2
    )


@pytest.mark.parametrize("tail", [b"TAG" + b"x" * 125, b"\x00" * 4096, b"APETAGEX" + b"\xd0\x07" + b"\x00" * 30])
def test_what_programs_append_to_an_mp3_does_no_harm(tail: bytes) -> None:
    assert load(encoded_sound("mp3", "libmp3lame") + tail, "song.mp3").seconds == pytest.approx(1.0, abs=0.1)


# Length.


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_tenth_of_a_second_is_enough_and_a_sample_less_is_not(rate: int) -> None:
    assert load(sound_file(tone(0.1, rate), rate), "click.wav").seconds == 0.1
    with pytest.raises(AttachmentRefused, match="lasts 100 milliseconds, too short to hear"):
        load(sound_file(tone(0.1, rate)[1:], rate), "click.wav")


@pytest.mark.parametrize("milliseconds", [1, 5, 50])
def test_a_click_is_refused_with_its_length(milliseconds: int) -> None:
    with pytest.raises(AttachmentRefused, match=rf"“click.wav” lasts {milliseconds} milliseconds"):
        load(sound_file(tone(milliseconds / 1000, 48_000), 48_000), "click.wav")


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_thirty_seconds_are_taken_and_a_sample_more_is_not(rate: int) -> None:
    longest = tone(30.0, rate)
    assert load(sound_file(longest, rate), "long.wav").seconds == 30.0
    with pytest.raises(SoundTooLong):
        load(sound_file(np.append(longest, 0.1), rate), "long.wav")


def test_the_padding_of_a_lossy_codec_does_not_make_thirty_seconds_too_long() -> None:
    assert load(encoded_sound("adts", "aac", seconds=30.0), "long.aac").seconds == 30.0


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (sound_file(tone(31.0, 16_000)), 31),
        (sound_file(tone(75.0, 16_000), file_format="FLAC"), 75),
        (encoded_sound("webm", "libopus", seconds=45.0), 45),
        (encoded_sound("mp3", "libmp3lame", seconds=45.0), 45),
        (encoded_sound("ogg", "libopus", seconds=45.0), 45),
        (encoded_sound("ipod", "aac", seconds=45.0), 45),
    ],
    ids=["wav", "flac", "webm", "mp3", "ogg", "m4a"],
)
def test_a_longer_sound_is_refused_with_its_whole_length_and_an_offer(data: bytes, seconds: int) -> None:
    with pytest.raises(SoundTooLong, match="Use the first 30 seconds") as refusal:
        load(data, "speech")
    assert refusal.value.seconds == pytest.approx(seconds, abs=0.1)
    assert refusal.value.limit_seconds == 30


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_the_beginning_of_a_longer_sound_is_its_first_thirty_seconds(rate: int) -> None:
    data = sound_file(np.append(tone(30.0, rate, 500), tone(10.0, rate, 900)), rate)
    attachment = load(data, "speech.wav", use_beginning=True)
    assert attachment.seconds == 30.0
    assert pitch(samples(attachment)) == 500
    assert pitch(samples(attachment)[-1600:]) == pytest.approx(500, abs=10)


def test_the_beginning_of_a_short_sound_is_all_of_it() -> None:
    data = sound_file(tone(2.0, 16_000))
    assert load(data, "a.wav", use_beginning=True) == load(data, "a.wav")


def test_an_hour_in_a_small_file_is_not_decoded_to_its_end() -> None:
    hour = sound_file(np.zeros(3600 * 4000, np.int16), 4000, "FLAC")
    assert len(hour) < 500_000
    with pytest.raises(SoundTooLong) as refusal:
        load(hour, "hour.flac")
    assert refusal.value.seconds == pytest.approx(3600, abs=1)


# Refusals.


@pytest.mark.parametrize("rate", [100, 3_999, 400_000, 2_000_000])
def test_an_absurd_sampling_rate_is_refused(rate: int) -> None:
    with pytest.raises(AttachmentRefused, match=f"is sampled at {rate:,} Hz"):
        load(sound_file(np.full(rate, 0.1), rate), "odd.wav")


@pytest.mark.parametrize("file_format", ["WAV", "AIFF", "AU"])
def test_a_sound_without_samples_is_refused(file_format: str) -> None:
    with pytest.raises(AttachmentRefused, match="holds no sound: it is empty"):
        load(sound_file(np.zeros(0, np.int16), file_format=file_format), "empty")


def test_silence_is_refused_and_points_to_the_microphone() -> None:
    with pytest.raises(AttachmentRefused, match=r"is silent throughout\. Check the microphone"):
        load(sound_file(np.zeros(16_000)), "muted.wav")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused(value: float) -> None:
    broken = tone(1.0, 16_000)
    broken[100] = value
    with pytest.raises(AttachmentRefused, match="samples that are not numbers"):
        load(sound_file(broken, subtype="FLOAT"), "broken.wav")


def test_samples_beyond_single_precision_are_refused() -> None:
    with pytest.raises(AttachmentRefused, match="samples that are not numbers"):
        load(sound_file(np.full(16_000, 1e300), subtype="DOUBLE"), "huge.wav")


@pytest.mark.parametrize(("offset", "what"), [(22, "channels"), (24, "rate"), (34, "bits")])
def test_a_header_that_says_zero_is_refused(offset: int, what: str) -> None:
    data = bytearray(sound_file(tone(1.0, 16_000)))
    data[offset : offset + 2] = b"\x00\x00"
    with pytest.raises(AttachmentRefused):
        load(bytes(data), f"no-{what}.wav")


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_recorder_that_could_not_write_the_size_is_believed(size: int) -> None:
    data = bytearray(sound_file(tone(1.0, 16_000)))
    struct.pack_into("<I", data, 4, size)
    struct.pack_into("<I", data, 40, size)
    if size == 0:
        data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    assert load(bytes(data), "stream.wav").seconds == 1.0


@pytest.mark.parametrize(
    "data",
    [
        sound_file(tone(3.0, 16_000)),
        sound_file(tone(3.0, 16_000), file_format="RF64"),
        sound_file(tone(3.0, 16_000), file_format="AIFF"),
        sound_file(tone(3.0, 16_000), file_format="AU"),
        sound_file(tone(3.0, 16_000), file_format="FLAC"),
        sound_file(tone(3.0, 16_000), file_format="OGG"),
        encoded_sound("webm", "libopus", seconds=3.0),
        encoded_sound("mp3", "libmp3lame", seconds=3.0),
        encoded_sound("ipod", "aac", seconds=3.0),
        encoded_sound("mp4", "aac", seconds=3.0, moov_size="20000"),
        encoded_sound("mp4", "aac", seconds=3.0, movflags="frag_keyframe+empty_moov"),
    ],
    ids=["wav", "rf64", "aiff", "au", "flac", "ogg", "webm", "mp3", "m4a", "mp4", "fragments"],
)
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_sound_that_breaks_off_is_refused(data: bytes, part: float) -> None:
    with pytest.raises(AttachmentRefused, match="breaks off"):
        load(data[: int(len(data) * part)], "torn")


def test_a_header_that_promises_less_than_there_is_hides_nothing() -> None:
    data = bytearray(encoded_sound("webm", "libopus", seconds=40.0))
    duration = data.index(b"\x44\x89\x88") + 3
    data[duration : duration + 8] = struct.pack(">d", 1000.0)
    with pytest.raises(SoundTooLong):
        load(bytes(data), "liar.webm")


@pytest.mark.parametrize(
    ("container", "codec", "sound_codec"),
    [
        ("mp4", "libx264", None), ("mp4", "libx264", "aac"), ("mov", "mpeg4", "aac"), ("webm", "libvpx", "libopus"),
        ("matroska", "libx264", None), ("avi", "mpeg4", None), ("flv", "flv", None), ("asf", "mpeg4", None),
        ("mpeg", "mpeg1video", "mp2"), ("ogg", "libvpx", "libopus"),
    ],
)  # fmt: skip
def test_a_video_is_refused_with_what_can_be_sent_instead(container: str, codec: str, sound_codec: str | None) -> None:
    with pytest.raises(AttachmentRefused, match=r"is a video\. The model takes no video here: attach a frame"):
        load(encoded_video(container, codec, sound_codec=sound_codec), "film")
