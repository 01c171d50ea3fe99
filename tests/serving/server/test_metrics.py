from tf_semsynth_serving.server.metrics import Metrics


def test_requests_and_batches_are_counted():
    metrics = Metrics()
    metrics.request_done("grpc", "Predict", "OK", 0.02)
    metrics.request_done("grpc", "Predict", "OK", 0.3)
    metrics.request_done("rest", "Predict", "NOT_FOUND", 0.001)
    metrics.batch_done("synthesize_png", 3, 0.2)
    lines = metrics.page().decode().splitlines()
    labels = 'api="grpc",code="OK",method="Predict"'
    assert f"serving_requests_total{{{labels}}} 2.0" in lines
    labels = 'api="rest",code="NOT_FOUND",method="Predict"'
    assert f"serving_requests_total{{{labels}}} 1.0" in lines
    labels = 'api="grpc",le="0.025",method="Predict"'
    assert f"serving_request_seconds_bucket{{{labels}}} 1.0" in lines
    labels = 'le="2.0",signature="synthesize_png"'
    assert f"serving_batch_rows_bucket{{{labels}}} 0.0" in lines
    labels = 'le="4.0",signature="synthesize_png"'
    assert f"serving_batch_rows_bucket{{{labels}}} 1.0" in lines
    assert "serving_queue_requests 0.0" in lines


def test_servers_do_not_share_their_numbers():
    first, second = Metrics(), Metrics()
    first.request_done("grpc", "Predict", "OK", 0.02)
    assert b"Predict" not in second.page()


def test_versions_and_queues_are_told(server):
    lines = server.metrics.page().decode().splitlines()
    assert 'serving_version_available{version="2"} 1.0' in lines
    assert 'serving_version_available{version="1"} 1.0' in lines
    assert "serving_queue_requests 0.0" in lines
