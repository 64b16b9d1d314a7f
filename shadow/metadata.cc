#include "shadow/metadata.h"

#include <optional>

#include "absl/strings/str_cat.h"

namespace shadow {
namespace {

void Append(absl::string_view text, std::string& out) { out.append(text.data(), text.size()); }

// Prints one tree. Most leaves next to each other were written at the same time, so its text is
// kept.
class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void Print(const Value& value) {
    if (!value.is_container()) {
      PrintLeaf(value.timestamp());
    } else if (value.empty()) {
      PrintJson(value, out_);
    } else if (value.is_object()) {
      char separator = '{';
      for (const Member& member : value.members()) {
        out_.push_back(separator);
        Append(member.key, out_);
        out_.push_back(':');
        Print(member.value);
        separator = ',';
      }
      out_.push_back('}');
    } else {
      char separator = '[';
      for (const Value& element : value.elements()) {
        out_.push_back(separator);
        Print(element);
        separator = ',';
      }
      out_.push_back(']');
    }
  }

 private:
  void PrintLeaf(int64_t timestamp) {
    if (timestamp_ != timestamp) {
      timestamp_ = timestamp;
      leaf_ = absl::StrCat(R"({"timestamp":)", timestamp, "}");
    }
    out_.append(leaf_);
  }

  std::string& out_;
  std::optional<int64_t> timestamp_;  // whose leaf is in leaf_
  std::string leaf_;
};

}  // namespace

void PrintMetadata(const Value& value, std::string& out) { Printer(out).Print(value); }

}  // namespace shadow
