// A certificate with every kind of name that is read:
//   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
//     -set_serial 0x0a1b2c3d4e5f
//     -subj "/C=DE/ST=Berlin/O=Lamp Works/OU=Kitchen/OU=Floor xC3xA4/CN=AWS IoT Certificate
//            /serialNumber=77/dnQualifier=q"
//     -addext "subjectAltName=DNS:lamp.example,DNS:lamp2.example,IP:192.0.2.7,IP:2001:db8::1,
//              email:a@b.example,URI:urn:x:1,dirName:dn"     with [dn] CN=inner, O=Org
#pragma once

namespace identity {

inline constexpr char kLampCertificate[] = R"(
-----BEGIN CERTIFICATE-----
MIICuTCCAl+gAwIBAgIGChssPU5fMAoGCCqGSM49BAMCMIGTMQswCQYDVQQGEwJE
RTEPMA0GA1UECAwGQmVybGluMRMwEQYDVQQKDApMYW1wIFdvcmtzMRAwDgYDVQQL
DAdLaXRjaGVuMRUwEwYDVQQLDAxGbG9vciB4QzN4QTQxHDAaBgNVBAMME0FXUyBJ
b1QgQ2VydGlmaWNhdGUxCzAJBgNVBAUTAjc3MQowCAYDVQQuEwFxMCAXDTI2MTEy
MjIwMDMzM1oYDzIxMjYxMDI5MjAwMzMzWjCBkzELMAkGA1UEBhMCREUxDzANBgNV
BAgMBkJlcmxpbjETMBEGA1UECgwKTGFtcCBXb3JrczEQMA4GA1UECwwHS2l0Y2hl
bjEVMBMGA1UECwwMRmxvb3IgeEMzeEE0MRwwGgYDVQQDDBNBV1MgSW9UIENlcnRp
ZmljYXRlMQswCQYDVQQFEwI3NzEKMAgGA1UELhMBcTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABC14a7jiNTbt7upcLJIZt4d0r6VZOVfbYd0K/1p6D6ZodABbQVCx
siwGNQ7LMJlBs+R3vkSmb/DMW8Zr6cBdDKGjgZowgZcwdgYDVR0RBG8wbYIMbGFt
cC5leGFtcGxlgg1sYW1wMi5leGFtcGxlhwTAAAIHhxAgAQ24AAAAAAAAAAAAAAAB
gQthQGIuZXhhbXBsZYYHdXJuOng6MaQgMB4xDjAMBgNVBAMMBWlubmVyMQwwCgYD
VQQKDANPcmcwHQYDVR0OBBYEFMHV6VyqvTGDuRZYXIKuXHWdjxZPMAoGCCqGSM49
BAMCA0gAMEUCIQCGpIImsjvqfR2lWI1S/l0KF7EP56Smf8rL615mVT8OPgIgVfKQ
mX8GnBCwGsQrK3iayyWuKOE6tXGSzziI4nuWtBA=
-----END CERTIFICATE-----
)";

// Its `openssl x509 -outform DER | sha256sum`.
inline constexpr char kLampId[] =
    "d38713abdb190ca2cbd9036d4891784dff1ea155f7740edf7682cd6d2cdb9dc9";

}  // namespace identity
