// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/tokens.h"

#include <array>
#include <cmath>

namespace pm::ui {

const Tokens &lightTokens()
{
    static const Tokens tokens{
        .isDark = false,
        .window = QColor(0xf6, 0xf7, 0xf9),
        .panel = QColor(0xff, 0xff, 0xff),
        .raised = QColor(0xff, 0xff, 0xff),
        .line = QColor(0xe2, 0xe5, 0xea),
        .lineStrong = QColor(0xcd, 0xd2, 0xda),
        .text = QColor(0x16, 0x19, 0x1e),
        .muted = QColor(0x5f, 0x67, 0x73),
        .accent = QColor(0x3d, 0x5a, 0xfe),
        .onAccent = QColor(0xff, 0xff, 0xff),
        .selection = QColor(0xee, 0xf1, 0xff),
        .hover = QColor(0xf0, 0xf2, 0xf5),
        .good = QColor(0x12, 0x78, 0x42),
        .warn = QColor(0x96, 0x5b, 0x00),
        .bad = QColor(0xc6, 0x28, 0x28),
        .track = QColor(0xe6, 0xe9, 0xee),
        .gatewayBar = QColor(0x7a, 0x83, 0x90),
        .waitBar = QColor(0xe5, 0xa1, 0x0a),
        .streamBar = QColor(0x2f, 0xa0, 0x6b),
    };
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens{
        .isDark = true,
        .window = QColor(0x14, 0x17, 0x1b),
        .panel = QColor(0x1b, 0x1f, 0x25),
        .raised = QColor(0x22, 0x27, 0x2e),
        .line = QColor(0x28, 0x2d, 0x35),
        .lineStrong = QColor(0x38, 0x3f, 0x4a),
        .text = QColor(0xe7, 0xe9, 0xec),
        .muted = QColor(0x99, 0xa1, 0xac),
        .accent = QColor(0x7f, 0x95, 0xff),
        .onAccent = QColor(0x0d, 0x10, 0x20),
        .selection = QColor(0x23, 0x2b, 0x4c),
        .hover = QColor(0x1e, 0x22, 0x28),
        .good = QColor(0x4c, 0xc3, 0x8a),
        .warn = QColor(0xf0, 0xb4, 0x29),
        .bad = QColor(0xff, 0x74, 0x70),
        .track = QColor(0x25, 0x2a, 0x31),
        .gatewayBar = QColor(0x8b, 0x92, 0x9c),
        .waitBar = QColor(0xf0, 0xb4, 0x29),
        .streamBar = QColor(0x3b, 0x9a, 0x6d),
    };
    return tokens;
}

namespace {

// Told apart on both backgrounds, and none of them a health colour at the same saturation.
constexpr std::array<QRgb, 10> kWheel{0xd97757, 0x10a37f, 0x4f8df5, 0x8e8e93, 0xa06cd5,
                                      0x2bb3c0, 0xc76b98, 0x7d9a4f, 0xb08a4a, 0x5f7fb8};

double luminance(const QColor &colour)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

} // namespace

double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor providerColour(const QString &name, const QString &configured)
{
    const QColor own = QColor(configured);
    if (own.isValid())
        return own;
    quint32 hash = 2166136261u;
    for (const QChar c : name)
        hash = (hash ^ c.unicode()) * 16777619u;
    return QColor::fromRgb(kWheel[hash % kWheel.size()]);
}

QColor seriesColour(std::size_t place)
{
    // Neighbours of the wheel are apart; its grey stands for what is left over.
    constexpr std::array<std::size_t, 9> kOrder{2, 0, 1, 4, 8, 5, 6, 7, 9};
    return QColor::fromRgb(kWheel[kOrder[place % kOrder.size()]]);
}

} // namespace pm::ui
