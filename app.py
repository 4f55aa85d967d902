"""The composition root: settings, registry, engine, page, serve. `python app.py` starts the Space."""

import os


def main() -> None:
    """Serve until stopped."""
    # Not at the top: each of the engine's child processes imports this file again and must stay light.
    import uvicorn

    from space.api.application import build_application
    from space.chat import Chat
    from space.engine.serve import supervise
    from space.registrar import Registrar
    from space.settings import Settings
    from space.ui.mount import mount
    from space.ui.page import build_page

    settings = Settings.from_env(os.environ)
    registrar = Registrar(settings.registry)
    supervisor = supervise(settings, on_ready=registrar.serving)
    page = build_page(chat=Chat(supervisor), supervisor=supervisor, registrar=registrar, model="the model")
    app = mount(build_application(supervisor, registrar.run), page)
    # A page keeps connections open as long as it is: waiting for them all would keep a stopped Space alive.
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="info", timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
