// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <memory>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_CDict_s;
struct ZSTD_DCtx_s;

// zstd with contexts that live on: making one costs more than a typical body. One thread at a time.
//
// Both sides begin with the text of traceDictionary() as if it had come before: small records are mostly what
// is in it. Frames written without it are read as well.
namespace pm::trace {

class Compressor
{
public:
    explicit Compressor(int level);
    /// One frame that knows its content size; valid until the next call. Empty when zstd refuses (out of
    /// memory).
    std::string_view compress(std::string_view bytes);
    /// While records come faster than they are written: half the time for frames a quarter larger.
    void setHurried(bool isHurried);

private:
    struct Free
    {
        void operator()(ZSTD_CCtx_s *context) const;
        void operator()(ZSTD_CDict_s *dictionary) const;
    };
    std::unique_ptr<ZSTD_CDict_s, Free> m_dictionary; ///< outlives the context that refers to it
    std::unique_ptr<ZSTD_CDict_s, Free> m_hurried;    ///< the same
    std::unique_ptr<ZSTD_CCtx_s, Free> m_context;
    std::string m_out;
};

class Decompressor
{
public:
    /// No frame of ours is larger; one that claims to be is damaged.
    static constexpr unsigned long long kMaxContent = 1ULL << 30;

    Decompressor();
    /// Error: Storage when the frame is damaged.
    Result<std::string> decompress(std::string_view frame);

private:
    struct Free
    {
        void operator()(ZSTD_DCtx_s *context) const;
    };
    std::unique_ptr<ZSTD_DCtx_s, Free> m_context;
};

} // namespace pm::trace
