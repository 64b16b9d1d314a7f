#include "service/watch/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "shadow/json.h"
#include "shadow/legible.h"

namespace service {
namespace {

spdlog::level::level_enum SeverityOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Plain values stand as they are; anything that could be misread is quoted as JSON.
bool IsPlain(absl::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '"' && c != '=';
  });
}

// As a JSON string that shows all it holds.
void AppendString(absl::string_view text, std::string& line) {
  std::string quoted;
  shadow::PrintJsonString(text, quoted);
  shadow::AppendLegible(quoted, line);
}

}  // namespace

absl::string_view LogLevelName(LogLevel level) {
  return kLogLevels[static_cast<size_t>(level)].first;
}

std::string LogLevelNames() {
  return absl::StrJoin(kLogLevels, ", ", [](std::string* out, const auto& level) {
    absl::StrAppend(out, level.first);
  });
}

std::optional<LogLevel> ParseLogLevel(absl::string_view name) {
  for (const auto& [known, level] : kLogLevels) {
    if (name == known) return level;
  }
  return std::nullopt;
}

std::string FormatText(absl::string_view event, Log::Fields fields) {
  std::string line(event);
  for (const Log::Field& field : fields) {
    absl::StrAppend(&line, " ", field.key, "=");
    if (IsPlain(field.value)) {
      line.append(field.value);
    } else {
      AppendString(field.value, line);
    }
  }
  return line;
}

std::string FormatJson(absl::string_view event, Log::Fields fields) {
  std::string line = R"("event":)";
  shadow::PrintJsonString(event, line);
  for (const Log::Field& field : fields) {
    line.push_back(',');
    shadow::PrintJsonString(field.key, line);
    line.push_back(':');
    AppendString(field.value, line);
  }
  return line;
}

Log::Log(LogLevel level, LogFormat format)
    : format_(format),
      level_(level),
      logger_(std::make_unique<spdlog::logger>("shadowd",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  const char* pattern = format == LogFormat::kJson
                            ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                            : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
  logger_->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger_->set_level(SeverityOf(level));
  logger_->flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::SetLevel(LogLevel level) {
  level_ = level;
  logger_->set_level(SeverityOf(level));
}

void Log::Write(LogLevel level, absl::string_view event, Fields fields) {
  if (!logger_->should_log(SeverityOf(level))) return;
  logger_->log(SeverityOf(level),
               format_ == LogFormat::kJson ? FormatJson(event, fields) : FormatText(event, fields));
}

}  // namespace service
