#include "plugin/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plugin {
namespace {

using testing::HasSubstr;

std::string ErrorOf(const OptionList& list) {
  return std::string(ParseOptions(list).status().message());
}

TEST(PluginOptions, TakeEverySetting) {
  const auto options = ParseOptions({{"link_secret_file", "/s"},
                                     {"hash_excludes_parent", "false"},
                                     {"on_forbidden", "ignore"},
                                     {"skip_unheard", "true"},
                                     {"window_requests", "7"},
                                     {"window_bytes", "2048"},
                                     {"request_bytes_max", "4096"},
                                     {"link_timeout_ms", "50"}});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->link_secret_file, "/s");
  EXPECT_FALSE(options->hash_excludes_parent);
  EXPECT_EQ(options->on_forbidden, OnForbidden::kIgnore);
  EXPECT_TRUE(options->skip_unheard);
  EXPECT_EQ(options->window_requests, 7u);
  EXPECT_EQ(options->window_bytes, 2048u);
  EXPECT_EQ(options->request_bytes_max, 4096u);
  EXPECT_EQ(options->link_timeout_ms, 50);
}

TEST(PluginOptions, QuotasAreOffUnlessAskedFor) {  // I3, I4
  const auto quotas = [](OptionList list) {
    list.emplace_back("link_secret_file", "/s");
    const auto options = ParseOptions(list);
    return std::pair(options->quota_in_flight.value(), options->quota_thing_rate.value());
  };
  EXPECT_THAT(quotas({}), testing::Pair(0, 0));
  EXPECT_THAT(quotas({{"aws_quotas", "true"}}), testing::Pair(10, 20));
  EXPECT_THAT(quotas({{"quota_in_flight", "3"}}), testing::Pair(3, 0));
  EXPECT_THAT(quotas({{"quota_thing_rate", "7"}}), testing::Pair(0, 7));
  EXPECT_THAT(quotas({{"quota_thing_rate", "0"}, {"aws_quotas", "true"}}), testing::Pair(10, 0));
}

TEST(PluginOptions, NameWhatIsWrong) {
  EXPECT_THAT(ErrorOf({}), HasSubstr("plugin_opt_link_secret_file is missing"));
  EXPECT_THAT(ErrorOf({{"windw", "1"}}), HasSubstr("plugin_opt_windw is not a setting"));
  EXPECT_THAT(ErrorOf({{"window_requests", "0"}}), HasSubstr("whole number from 1 up"));
  EXPECT_THAT(ErrorOf({{"window_bytes", "-5"}}), HasSubstr("'-5' is not a whole number"));
  EXPECT_THAT(ErrorOf({{"link_timeout_ms", "1s"}}), HasSubstr("plugin_opt_link_timeout_ms"));
  EXPECT_THAT(ErrorOf({{"hash_excludes_parent", "yes"}}), HasSubstr("true or false"));
  EXPECT_THAT(ErrorOf({{"on_forbidden", "kick"}}), HasSubstr("disconnect or ignore"));
}

}  // namespace
}  // namespace plugin
