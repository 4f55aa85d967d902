"""The composition root: settings, engine, page, serve. `python app.py` starts the Space."""

import functools
import os
from dataclasses import replace


def main() -> None:
    """Serve until stopped."""
    # Not at the top: each of the engine's child processes imports this file again and must stay light.
    import uvicorn

    from space.api.application import build_application
    from space.chat import Chat
    from space.checkpoint.hardware import find_gpus
    from space.checkpoint.hub import Hub
    from space.checkpoint.obtain import Wanted, obtain
    from space.engine.open import build_vllm_engine, installed_options
    from space.engine.supervisor import Supervisor
    from space.settings import Settings
    from space.ui.mount import mount
    from space.ui.page import build_page

    settings = Settings.from_env(os.environ)
    options = replace(installed_options(), extra=settings.engine_args)
    wanted = Wanted(
        model_id=settings.model_id,
        model_revision=settings.model_revision,
        hub=Hub(endpoint=settings.hub_endpoint, token=settings.hub_token),
        on_gpu=options.on_gpu,
        gpus=find_gpus() if options.on_gpu else (),
        kv_cache=options.kv_cache_memory_bytes or 0,
    )
    supervisor = Supervisor(
        model=settings.model_id or "the model",
        fetch=functools.partial(obtain, wanted),
        build=functools.partial(build_vllm_engine, options=options),
    )
    page = build_page(chat=Chat(supervisor), supervisor=supervisor, model="the model")
    app = mount(build_application(supervisor), page)
    # A page keeps connections open as long as it is: waiting for them all would keep a stopped Space alive.
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="info", timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
