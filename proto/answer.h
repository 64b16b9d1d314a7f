// The words of every answer, to the byte: compact JSON, members in AWS's order, clientToken last
// and only if the request had one (section F). Each function appends one payload to `out`.
#pragma once

#include <cstdint>
#include <string>

#include "proto/request.h"
#include "shadow/document.h"
#include "shadow/refusal.h"

namespace proto {

// F1: `state` is the request's, word for word, with the time of its leaves as metadata (D9).
void WordUpdateAccepted(const shadow::Value& state, int64_t version, int64_t now, ClientToken token,
                        std::string& out);

// F2: `delta` is not empty.
void WordUpdateDelta(const shadow::Value& delta, int64_t version, int64_t now, ClientToken token,
                     std::string& out);

// F3: `previous` is null where the document did not exist (Q25).
void WordUpdateDocuments(const shadow::Document* previous, const shadow::Document& current,
                         int64_t now, ClientToken token, std::string& out);

// F4: `delta` may be {}.
void WordGetAccepted(const shadow::Document& document, const shadow::Value& delta, int64_t now,
                     ClientToken token, std::string& out);

// F5: `version` is that of the deleted document (G5).
void WordDeleteAccepted(int64_t version, int64_t now, ClientToken token, std::string& out);

// F6
void WordRejected(const shadow::Refusal& refusal, ClientToken token, std::string& out);

}  // namespace proto
