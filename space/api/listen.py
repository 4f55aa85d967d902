"""The place where visitors reach the Space, taken before anything slow begins: whoever comes early waits, unrefused."""

import socket

from space.errors import SettingsError


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises `SettingsError` when the address is none, or another program has it."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((address[0], port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"Nothing can be served at GRADIO_SERVER_NAME {host}, GRADIO_SERVER_PORT {port}: {error}."
        ) from error
