"""What every batch endpoint has in common: its inputs and its answer."""

from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.stamps import iso
from sandbox.state import State

BATCH_LIMIT = 100


class Batch:
    """The inputs of a batch, and the results and errors gathered for its answer; at most 100 inputs, else 400."""

    def __init__(self, state: State, call: Call, limit: int = BATCH_LIMIT) -> None:
        self._state = state
        self.ruled = call.ruled
        self._started = iso(state.clock.now())
        inputs = call.object().get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(row, dict) for row in inputs):
            raise invalid("Invalid input JSON: inputs must be a list of objects")
        if len(inputs) > limit:
            raise invalid(
                f"The maximum number of inputs supported in a batch request for this API is {limit}"
            )
        self.inputs: list[dict[str, Any]] = inputs
        self.results: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []

    def answer(self) -> tuple[int, dict[str, Any]]:
        """200, or 207 with `errors` where some rows were refused."""
        return (207 if self.errors else 200), self._body()

    def created(self) -> tuple[int, dict[str, Any]]:
        """201, or 207 with `errors` where some rows were refused."""
        return (207 if self.errors else 201), self._body()

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"status": "COMPLETE", "results": self.results}
        if self.errors:
            body |= {"numErrors": len(self.errors), "errors": self.errors}
        return body | {"startedAt": self._started, "completedAt": iso(self._state.clock.now())}
