"""The composition root: settings, registry, engine, page, serve. `python app.py` starts the Space."""

import os
import sys


def main() -> int:
    """Serve until stopped; 2 where the settings do not allow it."""
    # Not at the top: each of the engine's child processes imports this file again and must stay light.
    from space.api.listen import listen
    from space.errors import SettingsError
    from space.settings import Settings

    try:
        settings = Settings.from_env(os.environ)
        listening = listen(settings.host, settings.port)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2

    import uvicorn

    from space.admission import Admission
    from space.api.application import build_application
    from space.api.door import Door
    from space.api.exports import exports_router
    from space.chat import Chat
    from space.engine.serve import supervise
    from space.registrar import Registrar
    from space.temporary import TemporaryPassports
    from space.tools.box import toolbox_of
    from space.ui.mount import mount
    from space.ui.page import build_page

    registrar = Registrar(settings.registry, endpoint=settings.hub_endpoint if settings.refreshes else None)
    supervisor = supervise(settings, on_ready=registrar.serving)
    admission = Admission(settings.max_requests)
    chat = Chat(supervisor, lambda: toolbox_of(supervisor.checkpoint, registrar.store), admission)
    door = Door(supervisor, admission, api_key=settings.api_key, metrics=settings.public_metrics)
    temporary = TemporaryPassports(registrar, settings.hub_endpoint)
    page = build_page(chat=chat, supervisor=supervisor, registrar=registrar, temporary=temporary, model="the model")
    application = build_application(supervisor, registrar.run, door=door, allowed_hosts=settings.allowed_hosts)
    application.include_router(exports_router(registrar.store, temporary.find))
    app = mount(application, page, registrar.store)
    print(f"Serving on http://{settings.host}:{settings.port}", file=sys.stderr)
    # A page keeps connections open as long as it is: waiting for them all would keep a stopped Space alive.
    uvicorn.Server(uvicorn.Config(app, log_level="info", timeout_graceful_shutdown=3)).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
