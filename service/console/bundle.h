// The console's files, as console/ has built them and the program carries them.
//
// Thread rule: any thread.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rest/message.h"

namespace service {

// Everything lives as long as the program.
struct BundleFile {
  absl::string_view path;  // below /console/, as "assets/app-1A2B.js"
  absl::string_view content_type;
  absl::string_view gzip;  // its bytes
};

absl::Span<const BundleFile> Bundle();

inline constexpr absl::string_view kConsolePath = "/console/";

// The answer to a GET of a path below kConsolePath; 404 if there is no such file. `request` says
// whether it takes gzip.
rest::Answer AnswerFromBundle(absl::string_view path, const rest::Request& request);

}  // namespace service
