#include "rest/web_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rest {
namespace {

using testing::HasSubstr;

const PortNames kLoopback = {"127.0.0.1", {"shadow.lan", "*.fleet.example", "192.0.2.7"}};
const PortNames kAll = {"0.0.0.0", {"shadow.lan"}};
const PortNames kIpv6 = {"2001:db8::1", {}};

std::optional<Error> Guarded(std::vector<Header> headers, const PortNames& port = kLoopback,
                             Shown shown = {}) {
  return GuardAgainstPages(
      {.method = "POST", .target = "/", .headers = std::move(headers), .body = {}}, port, shown);
}

int StatusOf(const std::optional<Error>& error) { return error ? error->status : 200; }

int OfHost(absl::string_view host, const PortNames& port = kLoopback) {
  return StatusOf(Guarded({{"hOST", host}}, port));
}

int OfOrigin(absl::string_view origin, absl::string_view host = "localhost:8443",
             const PortNames& port = kLoopback) {
  return StatusOf(Guarded({{"Host", host}, {"oRIGIN", origin}}, port));
}

TEST(WebGuard, KnowsThePortByItsNamesAlone) {
  for (const absl::string_view host :
       {"localhost", "LocalHost:8443", "127.0.0.1:1", "127.1.2.3", "[::1]:8443", "[::1]",
        "[::ffff:127.0.0.1]", "shadow.lan", "SHADOW.lan:443", "a.fleet.example", "192.0.2.7:9",
        "[::ffff:192.0.2.7]", "localhost:"}) {
    EXPECT_EQ(OfHost(host), 200) << host;
  }
  for (const absl::string_view host : {"evil.example",
                                       "evil.example:8443",
                                       "shadow.lan.evil.example",
                                       "xshadow.lan",
                                       "lan",
                                       "fleet.example",
                                       ".fleet.example",
                                       "a.b.fleet.example",
                                       "localhost.evil.example",
                                       "127.0.0.1.evil.example",
                                       "192.0.2.8",
                                       "10.0.0.1",
                                       "0.0.0.0",
                                       "[::2]",
                                       "[::]",
                                       "",
                                       ":8443",
                                       "localhost:x",
                                       "localhost:1:2",
                                       "[127.0.0.1]",
                                       "[::1",
                                       "[::1]x",
                                       "::1",
                                       "a b",
                                       "user@localhost",
                                       "localhost/",
                                       "\xff"}) {
    EXPECT_EQ(OfHost(host), 421) << host;
  }
}

TEST(WebGuard, KnowsItByAnyAddressIfItListensOnAll) {
  for (const absl::string_view host : {"10.0.0.1:9464", "[2001:db8::5]", "0.0.0.0", "shadow.lan"}) {
    EXPECT_EQ(OfHost(host, kAll), 200) << host;
    EXPECT_EQ(OfHost(host, {"::", {"shadow.lan"}}), 200) << host;
  }
  EXPECT_EQ(OfHost("evil.example", kAll), 421);
  EXPECT_EQ(OfHost("[2001:DB8:0::1]:1", kIpv6), 200);
  EXPECT_EQ(OfHost("[2001:db8::2]", kIpv6), 421);
}

TEST(WebGuard, LetsInPagesOfItsOwnNames) {
  for (const absl::string_view origin :
       {"http://localhost", "https://localhost:8443", "http://127.0.0.1:3000", "https://[::1]:1",
        "https://shadow.lan", "https://x.fleet.example:8443"}) {
    EXPECT_EQ(OfOrigin(origin), 200) << origin;
  }
  for (const absl::string_view origin :
       {"http://evil.example", "https://evil.example", "null", "", "localhost", "file://localhost",
        "http://localhost.evil.example", "http://localhost@evil.example", "http://",
        "http://10.0.0.1", "http://localhost/evil.example",
        "HTTP://localhost,http://evil.example"}) {
    EXPECT_EQ(OfOrigin(origin), 403) << origin;
  }
}

TEST(WebGuard, LetsInPagesOfAnAddressOnlyIfTheRequestIsForIt) {
  EXPECT_EQ(OfOrigin("http://10.0.0.1:3000", "10.0.0.1:9464", kAll), 200);
  EXPECT_EQ(OfOrigin("http://10.0.0.2", "10.0.0.1:9464", kAll), 403);
  EXPECT_EQ(OfOrigin("http://10.0.0.2", "127.0.0.1", kAll), 403);
}

TEST(WebGuard, LooksAtEachOrigin) {
  EXPECT_EQ(StatusOf(Guarded({{"Host", "localhost"},
                              {"Origin", "http://localhost"},
                              {"Origin", "http://evil.example"}})),
            403);
}

TEST(WebGuard, RefusesWhatABrowserSaysIsOfAnotherSite) {
  const auto of = [](absl::string_view site) {
    return StatusOf(Guarded({{"Host", "localhost"}, {"sec-fetch-SITE", site}}));
  };
  EXPECT_EQ(of("cross-site"), 403);
  EXPECT_EQ(of("Cross-Site"), 403);
  for (const absl::string_view site : {"none", "same-origin", "same-site"})
    EXPECT_EQ(of(site), 200);
}

TEST(WebGuard, DoesNotAskForTheHostOfWhoShowsACertificate) {
  const Shown certificate = {.certificate = true};
  EXPECT_FALSE(Guarded({{"Host", "elsewhere.example"}}, kLoopback, certificate));
  // But a browser shows it for any page.
  EXPECT_EQ(StatusOf(Guarded({{"Host", "localhost"}, {"Origin", "http://evil.example"}}, kLoopback,
                             certificate)),
            403);
  EXPECT_EQ(StatusOf(Guarded({{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}, kLoopback,
                             certificate)),
            403);
}

TEST(WebGuard, AsksNothingOfWhoSigns) {
  EXPECT_FALSE(Guarded({{"Host", "elsewhere.example"},
                        {"Origin", "https://app.example"},
                        {"Sec-Fetch-Site", "cross-site"}},
                       kLoopback, {.signature = true}));
}

TEST(WebGuard, LetsInWhoNamesNoHost) {
  EXPECT_FALSE(Guarded({}));
  EXPECT_EQ(StatusOf(Guarded({{"Origin", "http://evil.example"}})), 403);
}

TEST(WebGuard, SaysWhatWouldBeRight) {
  EXPECT_THAT(Guarded({{"Host", "shadowd:9464"}})->message_json,
              HasSubstr("not known as 'shadowd': call it localhost"));
  EXPECT_THAT(Guarded({{"Host", "shadowd:9464"}})->message_json, HasSubstr("--http_hosts"));
  EXPECT_THAT(Guarded({{"Host", "\xff\""}})->message_json, HasSubstr("not a host's name"));
  EXPECT_THAT(Guarded({{"Host", "localhost"}, {"Origin", "null"}})->message_json,
              HasSubstr("its Origin must have a name of this port"));
}

TEST(WebGuard, KnowsWhatANameIs) {
  for (const absl::string_view name :
       {"shadowd", "my_service", "a.b-c", "*.shadow.lan", "192.0.2.1", "2001:db8::1"}) {
    EXPECT_TRUE(IsPortName(name)) << name;
  }
  for (const absl::string_view name :
       {"", "*", "*.", "*..a", "a:1", "http://a", "a/b", "a b", "a*", "[::1]", "127.0.0.1:80"}) {
    EXPECT_FALSE(IsPortName(name)) << name;
  }
}

}  // namespace
}  // namespace rest
