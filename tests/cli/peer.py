"""A listener on loopback for one case; ends by itself."""
import socket

with socket.create_server(("127.0.0.1", 2222)) as listener:
    listener.settimeout(240)
    try:
        connection, _ = listener.accept()
        connection.close()
    except TimeoutError:
        pass
