// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/zstd_frames.h"

#include "trace/trace_dictionary.h"

#include <zstd.h>

namespace pm::trace {

namespace {

constexpr int kHurriedLevel = -6; ///< without entropy coding of literals, which is most of the work on small frames

} // namespace

void Compressor::Free::operator()(ZSTD_CCtx_s *context) const
{
    ZSTD_freeCCtx(context);
}

void Compressor::Free::operator()(ZSTD_CDict_s *dictionary) const
{
    ZSTD_freeCDict(dictionary);
}

void Decompressor::Free::operator()(ZSTD_DCtx_s *context) const
{
    ZSTD_freeDCtx(context);
}

Compressor::Compressor(int level)
    : m_dictionary(ZSTD_createCDict(traceDictionary().data(), traceDictionary().size(), level))
    , m_hurried(ZSTD_createCDict(traceDictionary().data(), traceDictionary().size(), kHurriedLevel))
    , m_context(ZSTD_createCCtx())
{
    ZSTD_CCtx_refCDict(m_context.get(), m_dictionary.get());
}

void Compressor::setHurried(bool isHurried)
{
    ZSTD_CCtx_refCDict(m_context.get(), isHurried ? m_hurried.get() : m_dictionary.get());
}

std::string_view Compressor::compress(std::string_view bytes)
{
    constexpr std::size_t kKeep = 4 * 1024 * 1024;
    const std::size_t bound = ZSTD_compressBound(bytes.size());
    if (m_out.size() < bound || m_out.size() > kKeep)
        m_out = std::string(bound, '\0');
    const std::size_t size =
        ZSTD_compress2(m_context.get(), m_out.data(), m_out.size(), bytes.data(), bytes.size());
    return ZSTD_isError(size) ? std::string_view() : std::string_view(m_out).substr(0, size);
}

Decompressor::Decompressor()
    : m_context(ZSTD_createDCtx())
{
    ZSTD_DCtx_loadDictionary(m_context.get(), traceDictionary().data(), traceDictionary().size());
}

Result<std::string> Decompressor::decompress(std::string_view frame)
{
    const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kMaxContent)
        return fail(ErrorKind::Storage, "a compressed part is damaged");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const std::size_t got =
        ZSTD_decompressDCtx(m_context.get(), bytes.data(), bytes.size(), frame.data(), frame.size());
    if (ZSTD_isError(got) || got != bytes.size())
        return fail(ErrorKind::Storage, "a compressed part is damaged");
    return bytes;
}

} // namespace pm::trace
