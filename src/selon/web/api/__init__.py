"""The REST API, described by the OpenAPI document at ``/api/v1/openapi.json``."""
