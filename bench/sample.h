// Documents to measure with: sections of a stated size and shape, made the same way every time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

enum class Shape {
  kFlat,    // many short numbers side by side
  kNested,  // the same in groups of eight, three levels deep
  kArray,   // one long array of numbers
  kText,    // few long strings
};

// "flat", "nested", "array" or "text".
absl::StatusOr<Shape> ParseShape(absl::string_view name);

// What a sample section begins with; eight digits follow, the first of them not 0, which may be
// overwritten to make the section differ from the one before.
inline constexpr absl::string_view kCountPrefix = "{\"count\":";
inline constexpr size_t kCountDigits = 8;

// The least room that a sample section needs.
inline constexpr size_t kSectionBytesMin = 40;

// A reported section as compact JSON of exactly `bytes` bytes, which must not be less than
// kSectionBytesMin. Its member "mode" is "auto".
std::string SampleReported(Shape shape, size_t bytes);

// The thing that device `number` is. At most 100,000 of one prefix.
std::string SampleThing(absl::string_view prefix, uint32_t number);

// One of many named shadows of a thing. At most a million of one prefix.
std::string SampleShadow(absl::string_view prefix, uint32_t number);
inline constexpr int kShadowDigits = 6;  // at the end of its name

// A desired section that differs from every reported one.
inline constexpr absl::string_view kSampleDesired = "{\"mode\":\"eco\"}";

}  // namespace bench
