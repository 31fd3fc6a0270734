// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace pm::test {

/// A private RSA key that opens nothing: made for these tests.
inline constexpr const char *kTestKey =
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDwMWotVON+KHbMe7Z9xjqT0OLwAUWqEaS38ru1qiv77GLtBfqi"
    "TtiXmFeepd/uM9MQ91X7j8/PIbUaQpK3uPnq5mElEBalj1PJ7Nkx0y9j1aVTam9ji5WZLaEw5oqDZT8Cz3Sro73XTmVQIoD41IOf"
    "qRq5WhxlS0qqTbCgsKloNDEVEhovpwF3P2/72hofqX0bAwMBFwIKQBfac7JlXfUWkkcFlZyNmPzdWDaiGt5CHv5aRuzHAFH2ogPs"
    "V7UurTRDty+PZneFlSddjy8vhYt1o+ye2ldvlnt2UnXJGN26aPhSSXROY+wCR948fTCIItjkNcIPLafuO7/a4yTkbl4nAgMBAAEC"
    "ggEAAKvmH03kYKJpUy6XW18V/0PvTVZSbi2kTlDFVSQJ3LnKqm+ufFXRYQzUMU60sQ6SLPwuUG05SEl1MaditJ4RH6bGgy2DQ9aC"
    "PRmh6GGJZypCzvz2QcHFf4HqE83ZMJGP0eQeuU6vztJapEvsZapB2xYNlNvJIdKBRtwtdJaws7Gns2ACMkuwfNCUrufi3n7tnxxt"
    "3sh4FfIYD2lZ+S1VnDHuwWoNMEzKM44vbbM1WxiuEjEFoVze/ZZZlx/Y7hg/sy6NVIPXjET/9ePLSnxCbIOfPexFrrQr1YKKnzfQ"
    "rsSUr9Lu7WZe0M9k14EaWwKZJan+fA+t7FHSVjZ4E+/m0QKBgQD6h5hZP5YPzgR+AQv6BR0cWDYHCnnYgMGBwlDgdP0yFsWiwq7n"
    "y2ohv3GDVhoPE4HtimZHlCJaAgJAxsZ+3T2a6FVTopXefDErOMg3JKsfqk9/wwqmJsd2zDC+Vp2SCdvKsKU6AB7aa0xb54OaE4Ro"
    "2dwrN/gsjAFXHWhkeWzo0QKBgQD1cApFc/fleqAmfvMrDCkB/bb0FOE2h/InAOeyXFYUmT1kAE0pcEXotPb9tk3H3p6gz4xCc/Aj"
    "bc+FNCBBrU5Z+lGshhMUcIWycSvrLR2d6c5UJNlTgE4d9ihRrsB/3xd4t9R7T/MgggesMVJpFffxUhyzNTIcRVeIh6gOZaUVdwKB"
    "gH7UioIUOMoDiC6qJQAL+rLQzXk/CnRaqpwgXYVkdJIZCTDe0mEyj6ZKHxNYUZT0UUCKYkE2czWR8sYMW4z6QCfeGuReWPTrdpDl"
    "DCcufxtmwxxxB0EaPLydnsedXeQC7axtRRhZ20TEMUINsIgd/Vh/goC2swMKVdteXe0Ps90hAoGAZVU2yGoS5Wn1iS9M0m8Y1zub"
    "N7cPLOZ/8d6LyrYYzDRghlMhiIRUOLnOZ/3Gq0ickaRfMmiPsvD5hvN4heU5vih9ZA+O/Rdf+8aB7X0ZB0Oq7k6wc6s7lV82UlMm"
    "IyVGmY68aZUeukM1S8CpV728OqQ+OTczUzzF4RaxKhCJUg0CgYEAwY0v8g4eF7/NEl8aUoSnQZXYdxVQ5CNJeQ8Rhl6hwpdcgvJ1"
    "Lxr48z5brvik3ecZxqQHfouGn9fz8J/SrX/dfc8VNefo52eCdGon1WgbTxcObi6XbTsuA/bynHTDL6s2ywryYhBwI13slRYC5zMV"
    "gPijyQ0j8phdiAb9yQoTdXg=";

/// The key file of a service account whose tokens are fetched at `tokenUri`.
inline std::string serviceAccountJson(const std::string &tokenUri = "https://oauth2.googleapis.com/token")
{
    return "{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key_id\":\"key-1\",\"private_key\":"
           "\"-----BEGIN PRIVATE KEY-----\\n" + std::string(kTestKey) + "\\n-----END PRIVATE KEY-----\\n\","
           "\"client_email\":\"bot@p.iam.gserviceaccount.com\",\"token_uri\":\"" + tokenUri + "\"}";
}

} // namespace pm::test
