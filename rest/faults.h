// What a request below /_shadow/v1/faults asks for: what goes wrong on purpose (docs/faults.md).
// shadowd does it only with --faults. docs/https.md tells what each gives.
#pragma once

#include <string>

namespace rest {

// GET /_shadow/v1/faults
struct ListFaults {
  friend bool operator==(const ListFaults&, const ListFaults&) = default;
};

// GET /_shadow/v1/faults/ready: plans that can be started as they are
struct ListReadyFaults {
  friend bool operator==(const ListReadyFaults&, const ListReadyFaults&) = default;
};

// POST /_shadow/v1/faults. The plan is the request's body.
struct StartFaults {
  friend bool operator==(const StartFaults&, const StartFaults&) = default;
};

// DELETE /_shadow/v1/faults[/{name}]
struct StopFaults {
  std::string name{};  // empty: all

  friend bool operator==(const StopFaults&, const StopFaults&) = default;
};

// GET /_shadow/v1/faults/{name}/record
struct RecordFaults {
  std::string name;

  friend bool operator==(const RecordFaults&, const RecordFaults&) = default;
};

}  // namespace rest
