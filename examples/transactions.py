"""What a device remembers of commands, so that it acts once per id and in order."""

import json
import os
from pathlib import Path

from messages import INTERRUPTED, MISSED, REFUSED

KEPT_ANSWERS = 100


class Transactions:
    """The last ids and their outcomes, in a file if a path is given.

    A command that is begun is noted before it is done: a device that stops in the middle
    finds it after its restart, and never does it a second time.
    """

    def __init__(self, path=None, kept_answers=KEPT_ANSWERS):
        self._path = Path(path) if path else None
        self._kept = kept_answers
        self.last_id = 0
        self._begun = None     # the id whose command is being done
        self._outcomes = {}    # id -> (status, reason), in the order of the commands
        if self._path and self._path.exists():
            self._load()

    def outcome(self, request, now):
        """(status, reason) if the request is not to be done; None if it is."""
        command_id, after = request["id"], request.get("after")
        if command_id in self._outcomes:
            return self._outcomes[command_id]
        if command_id <= self.last_id:
            return REFUSED, f"out of order: the last command done has the id {self.last_id}"
        if request.get("expires", now) < now:
            return MISSED, "the device was away until the command had expired"
        if after is not None and after != self.last_id:
            return REFUSED, (f"out of order: it was to follow {after}, but the last command "
                             f"done has the id {self.last_id}")
        return None

    def begin(self, command_id):
        self._begun = self.last_id = command_id
        self._save()

    def finish(self, status, reason):
        self._outcomes[self._begun] = (status, reason)
        self._begun = None
        while len(self._outcomes) > self._kept:
            del self._outcomes[next(iter(self._outcomes))]
        self._save()

    def interrupted(self):
        """The id of a command that an earlier run began and did not end, or None."""
        command_id = self._begun
        if command_id is not None:
            self.finish(INTERRUPTED, "the device stopped while it did this")
        return command_id

    def known(self, command_id):
        return self._outcomes[command_id]

    def _load(self):
        try:
            kept = json.loads(self._path.read_text())
            self.last_id, self._begun = kept["last_id"], kept["begun"]
            self._outcomes = {command_id: (status, reason)
                              for command_id, status, reason in kept["outcomes"]}
        except (ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{self._path} is not this program's memory ({error}); name "
                             "another file, or remove it if no command may come twice") from None

    def _save(self):
        if not self._path:
            return
        kept = {"last_id": self.last_id, "begun": self._begun,
                "outcomes": [[command_id, *it] for command_id, it in self._outcomes.items()]}
        new = self._path.with_suffix(".new")
        with open(new, "w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
