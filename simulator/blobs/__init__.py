"""The system under test that ships: a content-addressed blob manager in front of S3."""
