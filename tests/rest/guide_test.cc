// docs/https.md has a row for each route, and for nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "rest/route.h"
#include "tests/storage/scratch_folder.h"

namespace rest {
namespace {

// "GET /things/{thingName}/shadow" and the page's "GET /things/THING/shadow" as the same text.
std::string Alike(absl::string_view route) {
  std::vector<std::string> segments = absl::StrSplit(route, '/');
  std::for_each(segments.begin() + 1, segments.end(), [](std::string& segment) {
    const bool is_name = std::all_of(segment.begin(), segment.end(), absl::ascii_isupper);
    if (is_name || absl::StartsWith(segment, "{")) segment = "*";
  });
  return absl::StrJoin(segments, "/");
}

std::vector<std::string> RoutesOfThePage() {
  std::vector<std::string> routes;
  const std::string page = storage::FileText(GUIDE);
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    if (!absl::ConsumePrefix(&line, "| `")) continue;
    const absl::string_view route = line.substr(0, line.find_first_of("`[?"));
    if (absl::StrContains(route, " /")) routes.push_back(Alike(route));
  }
  return routes;
}

TEST(Guide, NamesEveryRoute) {
  std::vector<std::string> routes;
  for (const std::string& route : AllRoutes()) routes.push_back(Alike(route));
  EXPECT_THAT(RoutesOfThePage(), testing::UnorderedElementsAreArray(routes));
}

}  // namespace
}  // namespace rest
