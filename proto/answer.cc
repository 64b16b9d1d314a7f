#include "proto/answer.h"

#include "absl/strings/str_cat.h"
#include "shadow/json.h"
#include "shadow/metadata.h"

namespace proto {
namespace {

using shadow::Document;
using shadow::Value;

void End(ClientToken token, std::string& out) {
  if (!token.empty()) absl::StrAppend(&out, R"(,"clientToken":)", token);
  out.push_back('}');
}

// Desired, then reported, then delta, whatever came first (F15); what is empty is left out. `print`
// appends one section as state or as metadata.
void PrintSections(const Document& document, const Value& delta,
                   void (*print)(const Value&, std::string&), std::string& out) {
  char separator = '{';
  const auto member = [&](absl::string_view name, const Value& section) {
    if (section.empty()) return;
    out.push_back(separator);
    absl::StrAppend(&out, "\"", name, "\":");
    print(section, out);
    separator = ',';
  };
  member("desired", document.desired);
  member("reported", document.reported);
  member("delta", delta);
  out.append(separator == '{' ? "{}" : "}");
}

// `"state":…,"metadata":…,"version":N`, the part that get and documents share.
void PrintDocument(const Document& document, const Value& delta, std::string& out) {
  out.append(R"("state":)");
  PrintSections(document, delta, shadow::PrintJson, out);
  out.append(R"(,"metadata":)");
  PrintSections(document, Value(), shadow::PrintMetadata, out);  // no delta here (F7)
  absl::StrAppend(&out, R"(,"version":)", document.version);
}

}  // namespace

void WordUpdateAccepted(const Value& state, int64_t version, int64_t now, ClientToken token,
                        std::string& out) {
  out.append(R"({"state":)");
  PrintJson(state, out);
  out.append(R"(,"metadata":)");
  PrintMetadata(state, out);
  absl::StrAppend(&out, R"(,"version":)", version, R"(,"timestamp":)", now);
  End(token, out);
}

void WordUpdateDelta(const Value& delta, int64_t version, int64_t now, ClientToken token,
                     std::string& out) {
  absl::StrAppend(&out, R"({"version":)", version, R"(,"timestamp":)", now, R"(,"state":)");
  PrintJson(delta, out);
  out.append(R"(,"metadata":)");
  PrintMetadata(delta, out);
  End(token, out);
}

void WordUpdateDocuments(const Document* previous, const Document& current, int64_t now,
                         ClientToken token, std::string& out) {
  out.append(R"({"previous":)");
  if (previous == nullptr) {
    out.append("null");
  } else {
    out.push_back('{');
    PrintDocument(*previous, Value(), out);
    out.push_back('}');
  }
  out.append(R"(,"current":{)");
  PrintDocument(current, Value(), out);
  absl::StrAppend(&out, R"(},"timestamp":)", now);
  End(token, out);
}

void WordGetAccepted(const Document& document, const Value& delta, int64_t now, ClientToken token,
                     std::string& out) {
  out.push_back('{');
  PrintDocument(document, delta, out);
  absl::StrAppend(&out, R"(,"timestamp":)", now);
  End(token, out);
}

void WordDeleteAccepted(int64_t version, int64_t now, ClientToken token, std::string& out) {
  absl::StrAppend(&out, R"({"version":)", version, R"(,"timestamp":)", now);
  End(token, out);
}

void WordRejected(const shadow::Refusal& refusal, ClientToken token, std::string& out) {
  absl::StrAppend(&out, R"({"code":)", refusal.code, R"(,"message":)");
  shadow::PrintJsonString(refusal.message, out);
  End(token, out);
}

}  // namespace proto
