// What an operation needs to be allowed (J11).
#pragma once

#include <string>
#include <vector>

#include "policy/action.h"
#include "rest/operation.h"

namespace rest {

struct Permission {
  policy::Action action;
  std::string name;  // of the resource, as policy::Request has it
};

// All of them are needed.
std::vector<Permission> PermissionsFor(const Operation& operation);

// True if it is for a test bench (rest/bench.h, rest/faults.h): done only where that is allowed at
// all.
bool IsOfBench(const Operation& operation);

// True if it is for those alone who sign with an access key, whatever a certificate's policies say:
// it forgets, asks who made a change, or is of a test bench.
bool NeedsAccessKey(const Operation& operation);

}  // namespace rest
