"""A Lakh worker on stock gRPC: adds numbers, four jobs at a time. Usage: python3 worker.py [HOST:PORT]"""
import concurrent.futures, sys, time, uuid, grpc
from google.protobuf.json_format import MessageToDict
from lakh.v1 import worker_pb2 as lakh, worker_pb2_grpc
stub = worker_pb2_grpc.WorkerServiceStub(grpc.insecure_channel((sys.argv + ["127.0.0.1:50051"])[1]))
hello = lakh.Hello(names=["add"], capacity=4, worker_id=f"python-{uuid.uuid4()}")
pool = concurrent.futures.ThreadPoolExecutor(hello.capacity)
def work(job, holding):
    report = lakh.Report(job_id=job.job_id, attempt=job.attempt)
    try:
        report.succeed.result.json.number_value = sum(MessageToDict(job.json))
    except Exception as error:
        report.fail.error.message = repr(error)
    while holding in hello.holding:  # Until the report is on the server's disk. It may be repeated: the first wins.
        try:
            stub.Report(lakh.ReportRequest(worker_id=hello.worker_id, reports=[report]), wait_for_ready=True)
            hello.holding.remove(holding)
        except grpc.RpcError: time.sleep(1)

while True:  # A stream that breaks is opened again, and its hello says what is still held.
    try:
        for message in stub.Subscribe(lakh.SubscribeRequest(hello=hello), wait_for_ready=True):
            for job in message.jobs:
                pool.submit(work, job, hello.holding.add(job_id=job.job_id, attempt=job.attempt))
    except grpc.RpcError as error: print("disconnected:", error.details(), file=sys.stderr); time.sleep(1)
