// Structured logs: one line per event on stderr, `TIME LEVEL EVENT key=value …` or one JSON object.
// Nothing secret and no payload goes in.
//
// Thread rule: any thread.
#pragma once

#include <atomic>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace spdlog {
class logger;
}

namespace service {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

// What settings, commands and log lines call them, from the lowest up.
inline constexpr std::pair<absl::string_view, LogLevel> kLogLevels[] = {
    {"debug", LogLevel::kDebug},
    {"info", LogLevel::kInfo},
    {"warning", LogLevel::kWarning},
    {"error", LogLevel::kError},
};
absl::string_view LogLevelName(LogLevel level);
std::string LogLevelNames();  // "debug, info, ...", for who named another
std::optional<LogLevel> ParseLogLevel(absl::string_view name);

class Log {
 public:
  struct Field {
    absl::string_view key;
    std::string value;
    Field(absl::string_view k, const absl::AlphaNum& v) : key(k), value(v.Piece()) {}
  };
  using Fields = std::initializer_list<Field>;

  Log(LogLevel level, LogFormat format);
  ~Log();

  // From here on, what is below `level` is not written.
  void SetLevel(LogLevel level);
  LogLevel level() const { return level_; }

  void Debug(absl::string_view event, Fields fields = {}) {
    Write(LogLevel::kDebug, event, fields);
  }
  void Info(absl::string_view event, Fields fields = {}) { Write(LogLevel::kInfo, event, fields); }
  void Warning(absl::string_view event, Fields fields = {}) {
    Write(LogLevel::kWarning, event, fields);
  }
  void Error(absl::string_view event, Fields fields = {}) {
    Write(LogLevel::kError, event, fields);
  }

 private:
  void Write(LogLevel level, absl::string_view event, Fields fields);

  const LogFormat format_;
  std::atomic<LogLevel> level_;
  std::unique_ptr<spdlog::logger> logger_;
};

// One line in either format, without time and level; what Log writes, for tests.
std::string FormatText(absl::string_view event, Log::Fields fields);
std::string FormatJson(absl::string_view event, Log::Fields fields);

}  // namespace service
