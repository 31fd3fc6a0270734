// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/config_keys.h"
#include "config/yaml_tree.h"
#include "config/yaml_write.h"

#include <string>
#include <string_view>
#include <vector>

namespace pm::config {

/// Where a path leads in a tree: child numbers from the root, and what of the path has no place yet.
struct Trail
{
    std::vector<std::size_t> steps;
    std::string rest;
    bool isFound() const { return rest.empty(); }
};

/// A text under edit. Each operation splices bytes, parses the result, compares it with what the operation
/// was to do to the tree, and takes it only when both agree; else it fails and the text is as before. Plain
/// value.
class Draft
{
public:
    /// Error: Config where the text does not parse.
    static Result<Draft> open(std::string_view text);
    /// For finding places only: takes what could be read of a text that breaks off.
    static Draft reading(std::string_view text);
    /// A value or item as the caller gives it. Error: Config.
    static Result<yaml::Fragment> fragment(std::string_view yamlText);

    const std::string &text() const { return m_text; }
    const yaml::Node &root() const { return m_tree.root; }
    const yaml::Lines &lines() const { return m_tree.lines; }
    std::size_t step() const { return m_step; } ///< columns of one level, as the file has them

    Trail find(std::string_view path) const;
    const yaml::Node *at(std::string_view path) const;  ///< null when absent
    const yaml::Child *child(const Trail &trail) const; ///< null for the root

    Result<void> set(std::string_view path, const yaml::Fragment &value);
    Result<void> remove(std::string_view path);
    Result<void> insertItem(std::string_view listPath, std::size_t index, const yaml::Fragment &item);
    Result<void> renameKey(std::string_view path, std::string_view name);

private:
    struct Splice
    {
        yaml::Span span;
        std::string text;
    };

    const yaml::Node &nodeAt(const std::vector<std::size_t> &steps) const;
    const Key *rowAt(const std::vector<std::size_t> &steps) const;
    std::vector<std::string> newKeys(const Trail &trail) const;
    bool isInFlow(const std::vector<std::size_t> &steps) const;

    // edit_splice.cpp: which bytes
    std::vector<Splice> replaceSplices(const std::vector<std::size_t> &steps,
                                       const yaml::Fragment &value) const;
    std::vector<Splice> addSplices(const std::vector<std::size_t> &steps,
                                   const std::vector<std::string> &keys, const yaml::Fragment &value) const;
    std::vector<Splice> removeSplices(const std::vector<std::size_t> &steps) const;
    std::vector<Splice> removeFlow(const yaml::Node &parent, std::size_t index) const;
    std::vector<Splice> itemSplices(const std::vector<std::size_t> &steps, std::size_t index,
                                    const yaml::Fragment &item) const;
    Splice linesAfter(std::size_t offset, std::size_t indent, const std::vector<std::string> &lines,
                      bool overComments) const;
    std::size_t columnOf(std::size_t offset) const;
    std::size_t lineEnd(std::size_t offset) const;
    std::size_t childIndent(const std::vector<std::size_t> &steps) const;
    std::size_t headEnd(const std::vector<std::size_t> &steps) const;

    Result<void> apply(std::vector<Splice> splices, const yaml::Node &expected);
    void measure();

    std::string m_text;
    yaml::Tree m_tree;
    std::string m_newline = "\n";
    std::size_t m_step = 2;
};

} // namespace pm::config
