// libpq, which is loaded when a database is asked for and not before: it brings twenty libraries
// with it, which a shadowd with its store in a folder has no use for. Private to this room.
#pragma once

#include <libpq-fe.h>

#include "absl/status/status.h"

// What is used of it.
#define SHADOW_LIBPQ(EACH)   \
  EACH(PQclear)              \
  EACH(PQconnectdbParams)    \
  EACH(PQconninfoFree)       \
  EACH(PQconninfoParse)      \
  EACH(PQconsumeInput)       \
  EACH(PQenterPipelineMode)  \
  EACH(PQerrorMessage)       \
  EACH(PQexec)               \
  EACH(PQfinish)             \
  EACH(PQflush)              \
  EACH(PQfreemem)            \
  EACH(PQgetResult)          \
  EACH(PQgetisnull)          \
  EACH(PQgetlength)          \
  EACH(PQgetvalue)           \
  EACH(PQhost)               \
  EACH(PQisBusy)             \
  EACH(PQntuples)            \
  EACH(PQpipelineSync)       \
  EACH(PQport)               \
  EACH(PQresultErrorField)   \
  EACH(PQresultErrorMessage) \
  EACH(PQresultStatus)       \
  EACH(PQsendPrepare)        \
  EACH(PQsendQueryPrepared)  \
  EACH(PQsetNoticeReceiver)  \
  EACH(PQsetnonblocking)     \
  EACH(PQsocket)             \
  EACH(PQstatus)

namespace storage {

// Its functions, by their own names.
struct Libpq {
// NOLINTNEXTLINE(bugprone-macro-parentheses): what is declared takes none
#define SHADOW_LIBPQ_MEMBER(name) decltype(&::name) name = nullptr;
  SHADOW_LIBPQ(SHADOW_LIBPQ_MEMBER)
#undef SHADOW_LIBPQ_MEMBER
};

// Loads it, once. FailedPrecondition: it is not installed, or too old. Any thread.
absl::Status LoadLibpq();

// Only once LoadLibpq has succeeded. Any thread.
const Libpq& Pq();

}  // namespace storage
