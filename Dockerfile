# The Space on NVIDIA cards. Build: docker build -t passport .
# PyTorch's and vLLM's wheels bring CUDA's libraries along; the driver is the host's, by NVIDIA's container toolkit.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility

WORKDIR /app

# gcc and libc's headers: Triton compiles its launchers on the first start.
COPY packages.txt ./
# hadolint ignore=DL3008,SC2046
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev $(cat packages.txt) \
    && rm -rf /var/lib/apt/lists/*

# Some gigabytes that stay cached until a pin changes.
COPY requirements.txt ./
RUN python -m venv .venv && .venv/bin/pip install --requirement requirements.txt

# A volume for the cache takes over the owner of the folder it is put on.
RUN useradd --uid 1000 --create-home visitor && install --directory --owner=visitor --group=visitor /home/visitor/.cache
COPY registry registry
COPY space space
COPY app.py LICENSE ./
USER 1000

ENV GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860
EXPOSE 7860
# It asks whether the page answers. Whether the model does, /readyz says; weights may take long to arrive.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD [".venv/bin/python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['GRADIO_SERVER_PORT'] + '/healthz', timeout=4)"]
CMD [".venv/bin/python", "app.py"]
