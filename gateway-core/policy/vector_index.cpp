// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/vector_index.h"

#include "policy/coarse_vector.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace pm::policy {

namespace {

/// Never 0, which marks places without a row.
std::uint64_t markOf(const Sha256 &scope)
{
    std::uint64_t mark = 0;
    std::memcpy(&mark, scope.data(), sizeof mark);
    return mark | 1;
}

} // namespace

std::size_t VectorIndex::rowBytes() const
{
    constexpr std::size_t kTexts = 256;
    return m_numbers * sizeof(float) + m_codeBytes + sizeof(Row) + kTexts;
}

/// The place of that entry's row, a new one, or the oldest.
std::size_t VectorIndex::placeFor(const Sha256 &entry)
{
    if (const auto same = m_places.find(entry); same != m_places.end())
        return same->second;
    const std::size_t most = std::max<std::size_t>(1, m_maxBytes / rowBytes());
    if (m_rows.size() >= most) {
        const std::size_t place = m_next % most;
        m_next = place + 1;
        m_places.erase(m_rows[place].entry);
        return place;
    }
    if (m_rows.size() % kRowsOfBlock == 0) {
        auto block = std::make_unique<Block>();
        block->values.resize(kRowsOfBlock * m_numbers);
        block->codes.resize(kRowsOfBlock * m_codeBytes);
        block->steps.resize(kRowsOfBlock);
        block->errors.resize(kRowsOfBlock);
        block->scopes.resize(kRowsOfBlock, 0);
        m_blocks.push_back(std::move(block));
    }
    m_rows.emplace_back();
    return m_rows.size() - 1;
}

void VectorIndex::add(Row row, const std::vector<float> &vector)
{
    const std::unique_lock lock(m_mutex);
    if (m_numbers == 0) {
        m_numbers = vector.size();
        m_codeBytes = coarse::codeBytes(m_numbers);
    }
    if (vector.size() != m_numbers || vector.empty())
        return;
    const std::size_t place = placeFor(row.entry);
    Block &block = *m_blocks[place / kRowsOfBlock];
    const std::size_t at = place % kRowsOfBlock;
    std::copy(vector.begin(), vector.end(), block.values.begin() + static_cast<std::ptrdiff_t>(at * m_numbers));
    const coarse::Scale scale = coarse::encode(vector.data(), m_numbers, block.codes.data() + at * m_codeBytes);
    block.steps[at] = scale.step;
    block.errors[at] = scale.error;
    block.scopes[at] = markOf(row.scope);
    m_places[row.entry] = place;
    m_rows[place] = std::move(row);
}

std::optional<VectorIndex::Near> VectorIndex::nearest(const Sha256 &scope, const std::vector<float> &vector,
                                                      double least) const
{
    const std::shared_lock lock(m_mutex);
    if (vector.size() != m_numbers || vector.empty())
        return std::nullopt;
    const coarse::Query query = coarse::queryOf(vector.data(), m_numbers);
    const std::uint64_t mark = markOf(scope);
    // With a = a' + e, b = b' + f: |ab - a'b'| <= |a'||f| + |e||b|, and b is of length one.
    const float ofRow = 1 + query.scale.error;
    constexpr float kSlack = 1e-4F; // of sums in floats
    double best = least;
    std::optional<std::size_t> found;
    for (std::size_t b = 0; b < m_blocks.size(); ++b) {
        const Block &block = *m_blocks[b];
        for (std::size_t at = 0; at < kRowsOfBlock; ++at) {
            if (block.scopes[at] != mark)
                continue;
            const float about = coarse::product(block.codes.data() + at * m_codeBytes, block.steps[at], query, m_codeBytes);
            if (about + ofRow * block.errors[at] + query.scale.error + kSlack < best)
                continue;
            const double exact = coarse::exactDot(block.values.data() + at * m_numbers, vector.data(), m_numbers);
            if (exact >= best && isOf(b * kRowsOfBlock + at, scope)) {
                best = exact;
                found = b * kRowsOfBlock + at;
            }
        }
    }
    return found ? std::optional(Near{m_rows[*found], best}) : std::nullopt;
}

void VectorIndex::remove(const Sha256 &entry)
{
    const std::unique_lock lock(m_mutex);
    const auto found = m_places.find(entry);
    if (found == m_places.end())
        return;
    // The place is taken again when the oldest ones are.
    m_blocks[found->second / kRowsOfBlock]->scopes[found->second % kRowsOfBlock] = 0;
    m_rows[found->second] = {};
    m_places.erase(found);
}

void VectorIndex::clear()
{
    const std::unique_lock lock(m_mutex);
    m_blocks.clear();
    m_rows.clear();
    m_places.clear();
    m_numbers = m_codeBytes = m_next = 0;
}

std::size_t VectorIndex::size() const
{
    const std::shared_lock lock(m_mutex);
    return m_places.size();
}

} // namespace pm::policy
