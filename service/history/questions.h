// The questions of rest/history.h, each with its answer.
#pragma once

#include <memory>

#include "service/history/looking.h"

namespace service {

std::unique_ptr<Question> Asked(const rest::ListHistory& list, const Sources& sources,
                                Historian::Asking asking);
std::unique_ptr<Question> Asked(const rest::GetVersion& get, const Sources& sources,
                                Historian::Asking asking);
std::unique_ptr<Question> Asked(const rest::CompareVersions& compare, const Sources& sources,
                                Historian::Asking asking);
std::unique_ptr<Question> Asked(const rest::Blame& blame, const Sources& sources,
                                Historian::Asking asking);
std::unique_ptr<Question> Asked(const rest::Restore& restore, const Sources& sources,
                                Historian::Asking asking, Historian::Send send);
std::unique_ptr<Question> Asked(const rest::ReadChanges& read, const Sources& sources,
                                Historian::Asking asking);

}  // namespace service
