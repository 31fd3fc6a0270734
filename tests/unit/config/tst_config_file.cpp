// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace pm;
using namespace pm::config;

namespace {

void put(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

QByteArray get(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(missing)");
}

} // namespace

class TestConfigFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        m_path = m_dir->filePath(QStringLiteral("config.yaml"));
    }

    void defaultPathFollowsEnvironment()
    {
        qputenv("POINTSMAN_CONFIG", "/tmp/x/own.yaml");
        QCOMPARE(defaultConfigPath(), std::string("/tmp/x/own.yaml"));
        qunsetenv("POINTSMAN_CONFIG");
        qputenv("XDG_CONFIG_HOME", "/tmp/xdg");
        QCOMPARE(defaultConfigPath(), std::string("/tmp/xdg/pointsman/config.yaml"));
        qunsetenv("XDG_CONFIG_HOME");
    }

    void missingFileIsEmpty()
    {
        const auto text = readConfigFile(m_path.toStdString());
        QVERIFY(text.has_value());
        QCOMPARE(*text, std::string());
    }

    void refusesToRead_data()
    {
        QTest::addColumn<bool>("isFolder");
        QTest::addColumn<QString>("why");
        QTest::newRow("folder") << true << QStringLiteral("it is a folder");
        QTest::newRow("over 4 MiB") << false << QStringLiteral("larger than 4 MiB");
    }
    void refusesToRead()
    {
        QFETCH(bool, isFolder);
        QFETCH(QString, why);
        if (isFolder)
            QVERIFY(QDir().mkdir(m_path));
        else
            put(m_path, QByteArray(4 * 1024 * 1024 + 1, ' '));
        const auto text = readConfigFile(m_path.toStdString());
        QVERIFY(!text);
        QCOMPARE(text.error().kind, ErrorKind::Storage);
        QVERIFY(QString::fromStdString(text.error().message).contains(why));
        QVERIFY(QString::fromStdString(text.error().message).contains(m_path));
    }

    void writesNewFilePrivately()
    {
        const QString path = m_dir->filePath(QStringLiteral("a/b/config.yaml"));
        QVERIFY(writeConfigFile(path.toStdString(), "x: 1\n").has_value());
        QCOMPARE(get(path), QByteArray("x: 1\n"));
        QVERIFY(!QFile::exists(path + QStringLiteral(".bak")));
        const auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::ExeOther;
        QVERIFY(!(QFile(path).permissions() & others));
        QVERIFY(!(QFileInfo(m_dir->filePath(QStringLiteral("a/b"))).permissions() & others));
        QVERIFY(!(QFileInfo(m_dir->filePath(QStringLiteral("a"))).permissions() & others));
    }

    void keepsPreviousAndMode()
    {
        put(m_path, "one\n");
        const auto mode = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup;
        QVERIFY(QFile::setPermissions(m_path, mode));
        QVERIFY(writeConfigFile(m_path.toStdString(), "two\n").has_value());
        QVERIFY(writeConfigFile(m_path.toStdString(), "three\n").has_value());
        QCOMPARE(get(m_path), QByteArray("three\n"));
        QCOMPARE(get(m_path + QStringLiteral(".bak")), QByteArray("two\n"));
        QVERIFY(QFile(m_path).permissions() & QFileDevice::ReadGroup);
        QVERIFY(!(QFile(m_path).permissions() & QFileDevice::ReadOther));
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).size(), 2);
    }

    void followsLinks()
    {
        const QString target = m_dir->filePath(QStringLiteral("shared.yaml"));
        put(target, "one\n");
        QVERIFY(QFile::link(target, m_path));
        QVERIFY(writeConfigFile(m_path.toStdString(), "two\n").has_value());
        QVERIFY(QFileInfo(m_path).isSymLink());
        QCOMPARE(get(target), QByteArray("two\n"));
        QCOMPARE(get(target + QStringLiteral(".bak")), QByteArray("one\n"));
    }

    void failedWriteLeavesTheFile()
    {
        put(m_path, "one\n");
        // A folder where the copy should go: nothing may be replaced then.
        QVERIFY(QDir().mkdir(m_path + QStringLiteral(".bak")));
        const auto done = writeConfigFile(m_path.toStdString(), "two\n");
        QVERIFY(!done);
        QCOMPARE(done.error().kind, ErrorKind::Storage);
        QCOMPARE(get(m_path), QByteArray("one\n"));
    }

    void watchSees_data()
    {
        QTest::addColumn<QString>("how");
        for (const char *how : {"written in place", "replaced by rename", "removed", "made",
                                "made with its folder", "behind a link", "saved by us"})
            QTest::newRow(how) << QString::fromUtf8(how);
    }
    void watchSees()
    {
        QFETCH(QString, how);
        QString path = m_path;
        const QString other = m_dir->filePath(QStringLiteral("other"));
        if (how == u"made with its folder")
            path = m_dir->filePath(QStringLiteral("x/y/config.yaml"));
        else if (how != u"made")
            put(m_path, "one\n");
        if (how == u"behind a link") {
            path = m_dir->filePath(QStringLiteral("link.yaml"));
            QVERIFY(QFile::link(m_path, path));
        }
        FileWatch watch(path.toStdString());
        QSignalSpy spy(&watch, &FileWatch::changed);
        if (how == u"written in place" || how == u"made" || how == u"behind a link") {
            put(m_path, "two\n");
        } else if (how == u"replaced by rename") {
            put(other, "two\n");
            QCOMPARE(::rename(qPrintable(other), qPrintable(m_path)), 0);
        } else if (how == u"removed") {
            QVERIFY(QFile::remove(m_path));
        } else {
            QVERIFY(writeConfigFile(path.toStdString(), "two\n").has_value());
        }
        QTRY_COMPARE_WITH_TIMEOUT(spy.count(), 1, 5000);
        // The watch is still alive afterwards, also on the file that took the place.
        if (how == u"removed")
            return;
        put(other, "three\n");
        QCOMPARE(::rename(qPrintable(other), qPrintable(path)), 0);
        QTRY_COMPARE_WITH_TIMEOUT(spy.count(), 2, 5000);
        put(path, "four\n");
        QTRY_COMPARE_WITH_TIMEOUT(spy.count(), 3, 5000);
    }

    void savingInStepsIsOneChange_data()
    {
        QTest::addColumn<bool>("isMovedAway");
        QTest::newRow("the old file is moved away, the new one written") << true;
        QTest::newRow("the file is emptied, then written") << false;
    }
    void savingInStepsIsOneChange()
    {
        QFETCH(bool, isMovedAway);
        put(m_path, "one\n");
        FileWatch watch(m_path.toStdString());
        QSignalSpy spy(&watch, &FileWatch::changed);
        const auto clear = [&] {
            if (isMovedAway)
                QCOMPARE(::rename(qPrintable(m_path), qPrintable(m_path + QStringLiteral("~"))), 0);
            else
                put(m_path, "");
        };
        clear();
        QVERIFY2(!spy.wait(500), "an editor may be at work");
        put(m_path, "one\n");
        QVERIFY2(!spy.wait(1500), "it was saved as it had been");
        clear();
        QVERIFY(!spy.wait(500));
        put(m_path, "two\n");
        QVERIFY(spy.wait(5000));
        clear();
        QVERIFY2(spy.wait(5000), "and when it stays so, that is a change");
        QCOMPARE(spy.count(), 2);
    }

    void burstIsOneChange()
    {
        put(m_path, "one\n");
        FileWatch watch(m_path.toStdString());
        QSignalSpy spy(&watch, &FileWatch::changed);
        for (int i = 0; i < 20; ++i)
            put(m_path, QByteArray::number(i));
        QVERIFY(spy.wait(5000));
        // A later change of another kind comes alone: the burst left nothing behind.
        put(m_path, "last\n");
        QVERIFY(spy.wait(5000));
        QCOMPARE(spy.count(), 2);
    }

    void neighboursAreNoChange()
    {
        put(m_path, "one\n");
        FileWatch watch(m_path.toStdString());
        QSignalSpy spy(&watch, &FileWatch::changed);
        put(m_dir->filePath(QStringLiteral("config.yaml.bak")), "x\n");
        QVERIFY(!spy.wait(400));
        put(m_path, "one\n"); // the same content
        QVERIFY(!spy.wait(400));
        put(m_path, "two\n");
        QVERIFY(spy.wait(5000));
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestConfigFile)
#include "tst_config_file.moc"
