"""From a server's address to what speaks with it."""

import re
from pathlib import Path


def make_transport(server, model_name, api_token, tls, ca_file):
    """Makes a `RestTransport` or a `GrpcTransport`; see `Client`.

    Only what is needed is imported: REST needs no TensorFlow.

    Raises:
        ValueError: The address is none.
        OSError: There is no file of certificates.
        ImportError: gRPC's packages are missing.
    """
    if ca_file is not None:
        if b"-----BEGIN CERTIFICATE-----" not in Path(ca_file).read_bytes():
            raise ValueError(
                f"{ca_file} holds no certificate in PEM, which begins with "
                "-----BEGIN CERTIFICATE-----."
            )
    scheme, separator, _ = server.partition("://")
    is_rest = separator and scheme in ("http", "https")
    hosts = r"([\w.-]+|\[[0-9a-fA-F:.]+\])"
    if is_rest and re.fullmatch(rf"https?://{hosts}(:\d+)?(/.*)?", server):
        if tls and scheme == "http":
            raise ValueError(
                f"REST with TLS is asked for by https://. Received: {server!r}."
            )
        from tf_semsynth_serving.rest_transport import RestTransport

        return RestTransport(server, model_name, api_token, ca_file)
    if not is_rest and re.fullmatch(rf"{hosts}:\d+|unix:.+|dns:.+", server):
        from tf_semsynth_serving.grpc_transport import GrpcTransport

        return GrpcTransport(server, model_name, api_token, tls, ca_file)
    raise ValueError(
        "the server must be host:port for gRPC, such as localhost:8500, or "
        f"http://host:port for REST. Received: {server!r}."
    )
