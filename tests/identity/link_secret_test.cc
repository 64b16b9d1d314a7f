#include "identity/link_secret.h"

#include <gmock/gmock.h>

#include "tests/storage/scratch_folder.h"

namespace identity {
namespace {

using testing::HasSubstr;

class LinkSecret : public testing::Test {
 protected:
  std::string FaultOf(const std::string& path) { return ReadLinkSecret(path).status().ToString(); }

  const storage::ScratchFolder folder_;
  const std::string path_ = folder_.In("secret");
};

TEST_F(LinkSecret, IsTheTextWithoutTheWhiteSpaceAroundIt) {
  storage::WriteFile(path_, " \t0123456789 abcdef\r\n\n");
  const auto secret = ReadLinkSecret(path_);
  ASSERT_TRUE(secret.ok()) << secret.status();
  EXPECT_EQ(*secret, "0123456789 abcdef");
}

TEST_F(LinkSecret, MayBeNoShorterThanItsBound) {
  storage::WriteFile(path_, "0123456789abcdef");
  EXPECT_TRUE(ReadLinkSecret(path_).ok());
  storage::WriteFile(path_, "0123456789abcde\n");
  EXPECT_THAT(FaultOf(path_), HasSubstr(" is too short: a file is wanted that holds a secret of 16 "
                                        "to 65535 characters"));
}

TEST_F(LinkSecret, IsInAFileThatCanBeRead) {
  EXPECT_THAT(FaultOf(path_), HasSubstr(" cannot be opened: No such file or directory: a file is "
                                        "wanted that holds a secret"));
  EXPECT_THAT(FaultOf(""), HasSubstr(" cannot be opened"));
  EXPECT_THAT(FaultOf(folder_.In(".")), HasSubstr(" is not a regular file"));
}

TEST_F(LinkSecret, FitsAPassword) {
  storage::WriteFile(path_, std::string(kLinkSecretBytesMax, 'x') + "\n");
  EXPECT_TRUE(ReadLinkSecret(path_).ok());
  storage::WriteFile(path_, std::string(kLinkSecretBytesMax + 1, 'x'));
  EXPECT_THAT(FaultOf(path_), HasSubstr(" is too long"));
  storage::WriteFile(path_, std::string(8, 'x') + '\0' + std::string(8, 'x'));
  EXPECT_THAT(FaultOf(path_), HasSubstr(" is no text"));
}

}  // namespace
}  // namespace identity
