"""Values under names in S3, by way of boto3: a system under test that needs a service."""

from typing import Literal

from simulator import SimpleSystem, Stage

Name = Literal["x", "y"]


class Store:
    def __init__(self, stage: Stage) -> None:
        self.s3, self.bucket, self.prefix = stage.s3()

    def save(self, name: Name, value: Literal["1", "2"]) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=value.encode())

    def load(self, name: Name) -> str | None:
        try:
            return str(self.s3.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read(), "utf-8")
        except self.s3.exceptions.NoSuchKey:
            return None

    def drop(self, name: Name) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=self.prefix + name)


class Values:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def save(self, name: Name, value: str) -> None:
        self.values[name] = value

    def load(self, name: Name) -> str | None:
        return self.values.get(name)

    def drop(self, name: Name) -> None:
        self.values.pop(name, None)


STORE = SimpleSystem(Store, Values, uses_s3=True)
