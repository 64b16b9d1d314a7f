// The members of a request, wherever they stand, each held to what AWS's service model asks of it.
// All are looked at before anything is said, and then what is wrong with any is said together (T6):
//
//   Members in(call);
//   const std::string name = in.Label("thingName", kThingName);
//   const auto type = in.Text("thingTypeName", kThingName);
//   if (auto refusal = in.Refused()) return *refusal;
//
// A member of the body that stands in an object has its path with dots: "attributePayload.merge".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "control/call.h"
#include "control/refusal.h"

namespace control {

// What a text may be. `pattern` is told to clients as it stands; `fits` is the same as code, and
// may be null.
struct Shape {
  absl::string_view pattern;
  bool (*fits)(absl::string_view text);
  size_t least = 0;  // characters
  size_t most = 0;   // 0: no bound
};

// Section 2. Those of names have their length besides.
extern const Shape kThingName;  // and of thing types and groups, client ids
extern const Shape kAttributeName;
extern const Shape kAttributeValue;
extern const Shape kPolicyName;
extern const Shape kVersionId;
extern const Shape kCertificateId;
extern const Shape kTagKey;
extern const Shape kTagValue;
extern const Shape kDescription;
extern const Shape kMarker;
extern const Shape kTemplateName;
extern const Shape kTemplateBody;
extern const Shape kRoleArn;
extern const Shape kAnyText;  // no rule but that it is a text
extern const Shape kCsr;
extern const Shape kPem;

class Members {
 public:
  explicit Members(const Call& call) : call_(call) {}

  // Of the path.
  std::string Label(absl::string_view name, const Shape& shape);

  // Of the query; nothing if it is not given.
  std::optional<std::string> Query(absl::string_view name, const Shape& shape);
  bool QueryFlag(absl::string_view name, bool usual = false);
  std::optional<uint64_t> QueryNumber(absl::string_view name, uint64_t least, uint64_t most);

  // A header that the operation cannot do without.
  std::string Header(absl::string_view name, absl::string_view member,
                     const Shape& shape = kAnyText);

  // Of the body; nothing if it is not given.
  bool Has(absl::string_view path) const { return At(path) != nullptr; }
  std::optional<std::string> Text(absl::string_view path, const Shape& shape);
  std::optional<bool> Flag(absl::string_view path);
  std::optional<uint64_t> Number(absl::string_view path);
  std::optional<std::map<std::string, std::string, std::less<>>> Map(absl::string_view path,
                                                                     const Shape& keys,
                                                                     const Shape& values);
  std::optional<std::vector<std::string>> Texts(absl::string_view path, const Shape& shape);
  // The objects of a list, to be read by whoever knows what they are.
  std::vector<const policy::Node*> Objects(absl::string_view path);
  // A text of such an object that must be there; `member` is what it is called when it is wrong.
  std::string ElementText(const policy::Node& object, absl::string_view name,
                          absl::string_view member, const Shape& shape);
  // One of `words`.
  std::optional<std::string> Word(absl::string_view path,
                                  absl::Span<const absl::string_view> words);
  std::optional<std::string> QueryWord(absl::string_view name,
                                       absl::Span<const absl::string_view> words);

  // As the ones above, and one that is not given is wrong.
  void NeedObject(absl::string_view path);
  std::string Need(absl::string_view path, const Shape& shape);
  std::string NeedQuery(absl::string_view name, const Shape& shape);

  // For what is seen to be wrong by the caller: "Value 'value' at 'member' failed to satisfy
  // constraint: constraint".
  void Fail(absl::string_view value, absl::string_view member, absl::string_view constraint);

  // All that was wrong so far; nothing if all was right.
  std::optional<Refusal> Refused() const;

 private:
  const policy::Node* At(absl::string_view path) const;
  // The node if it is of that kind; one of another is wrong.
  const policy::Node* At(absl::string_view path, policy::Node::Kind kind);
  void Check(absl::string_view value, absl::string_view member, const Shape& shape);
  void Miss(absl::string_view member);

  const Call& call_;
  std::vector<std::string> wrong_;
  std::optional<std::string> misshapen_;  // the first that is not even of the right kind
};

}  // namespace control
