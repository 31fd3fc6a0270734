// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace pm;
using namespace pm::secrets;

namespace {

constexpr auto kPrivate = QFile::ReadOwner | QFile::WriteOwner;

QString makeFile(const QTemporaryDir &folder, const QByteArray &bytes, QFile::Permissions permissions = kPrivate)
{
    const QString path = folder.filePath(QStringLiteral("key"));
    QFile file(path);
    if (file.open(QFile::WriteOnly))
        file.write(bytes);
    file.setPermissions(permissions);
    return path;
}

Result<Secret> readFile(const QString &path)
{
    return readPlain({Reference::Kind::File, path.toStdString()});
}

} // namespace

class TestPlainSecrets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void environment()
    {
        qputenv("PM_TEST_KEY", "sk-env");
        QVERIFY(readPlain({Reference::Kind::Environment, "PM_TEST_KEY"})->equals("sk-env"));
        qputenv("PM_TEST_KEY", "");
        const auto empty = readPlain({Reference::Kind::Environment, "PM_TEST_KEY"});
        QCOMPARE(empty.error().kind, ErrorKind::SecretNotFound);
        qunsetenv("PM_TEST_KEY");
        const auto unset = readPlain({Reference::Kind::Environment, "PM_TEST_KEY"});
        QCOMPARE(unset.error().kind, ErrorKind::SecretNotFound);
        QVERIFY(unset.error().message.find("PM_TEST_KEY") != std::string::npos);
    }

    void files_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("as it is") << QByteArray("sk-1") << QByteArray("sk-1");
        QTest::newRow("with a line break") << QByteArray("sk-1\n") << QByteArray("sk-1");
        QTest::newRow("with a Windows line break") << QByteArray("sk-1\r\n") << QByteArray("sk-1");
        QTest::newRow("inner line breaks stay") << QByteArray("a\nb\n") << QByteArray("a\nb");
        QTest::newRow("as large as may be") << QByteArray(64 * 1024, 'k') << QByteArray(64 * 1024, 'k');
    }
    void files()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, key);
        const QTemporaryDir folder;
        const auto secret = readFile(makeFile(folder, bytes));
        QVERIFY(secret.has_value());
        QVERIFY(secret->equals(key.toStdString()));
    }

    void filesRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("permissions");
        QTest::addColumn<QString>("saying");
        QTest::newRow("empty") << QByteArray() << int(kPrivate) << "is empty";
        QTest::newRow("only a line break") << QByteArray("\n") << int(kPrivate) << "is empty";
        QTest::newRow("larger than any key") << QByteArray(64 * 1024 + 1, 'k') << int(kPrivate) << "64 KiB";
        QTest::newRow("group may read") << QByteArray("sk-secret") << int(kPrivate | QFile::ReadGroup) << "chmod 600";
        QTest::newRow("others may read") << QByteArray("sk-secret") << int(kPrivate | QFile::ReadOther) << "chmod 600";
        QTest::newRow("others may write") << QByteArray("sk-secret") << int(kPrivate | QFile::WriteOther) << "chmod 600";
    }
    void filesRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, permissions);
        QFETCH(QString, saying);
        const QTemporaryDir folder;
        const QString path = makeFile(folder, bytes, QFile::Permissions(permissions));
        const auto secret = readFile(path);
        QVERIFY(!secret);
        QCOMPARE(secret.error().kind, ErrorKind::SecretNotFound);
        const QString message = QString::fromStdString(secret.error().message);
        QVERIFY2(message.contains(saying) && message.contains(path), qPrintable(message));
        QVERIFY(!message.contains(QStringLiteral("sk-secret")));
    }

    void notAFile_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("absent") << "/nonexistent/key";
        QTest::newRow("a folder") << "/tmp";
        QTest::newRow("a device that never ends") << "/dev/zero";
        QTest::newRow("home of nobody") << "~nobody-at-all/key";
    }
    void notAFile()
    {
        QFETCH(QString, path);
        const auto secret = readFile(path);
        QVERIFY(!secret);
        QCOMPARE(secret.error().kind, ErrorKind::SecretNotFound);
        QVERIFY(QString::fromStdString(secret.error().message).contains(path));
    }

    void tildeIsHome()
    {
        const QTemporaryDir folder;
        makeFile(folder, "sk-home");
        const QByteArray before = qgetenv("HOME");
        qputenv("HOME", QFile::encodeName(folder.path()));
        const auto secret = readFile(QStringLiteral("~/key"));
        qputenv("HOME", before);
        QVERIFY(secret.has_value());
        QVERIFY(secret->equals("sk-home"));
    }

    void credentials()
    {
        const QTemporaryDir folder;
        makeFile(folder, "sk-systemd\n", kPrivate | QFile::ReadGroup); // as systemd makes them with LoadCredential
        const Reference reference{Reference::Kind::Credential, "key"};
        qunsetenv("CREDENTIALS_DIRECTORY");
        const auto without = readPlain(reference);
        QCOMPARE(without.error().kind, ErrorKind::SecretNotFound);
        QVERIFY(without.error().message.find("LoadCredential=key") != std::string::npos);
        qputenv("CREDENTIALS_DIRECTORY", QFile::encodeName(folder.path()));
        QVERIFY(readPlain(reference)->equals("sk-systemd"));
        QCOMPARE(readPlain({Reference::Kind::Credential, "other"}).error().kind, ErrorKind::SecretNotFound);
        qunsetenv("CREDENTIALS_DIRECTORY");
    }

    void memoryStoreAnswersFromTheEventLoop()
    {
        auto store = makeMemoryStore();
        QStringList answers;
        store->write("a", Secret("1"), [&](const Result<void> &done) { answers << QLatin1String(done ? "written" : "failed"); });
        store->read("a", [&](const Result<Secret> &got) { answers << QLatin1String(got && got->equals("1") ? "read" : "failed"); });
        store->remove("a", [&](const Result<void> &done) { answers << QLatin1String(done ? "removed" : "failed"); });
        store->remove("a", [&](const Result<void> &done) { answers << QLatin1String(done ? "removed again" : "failed"); });
        store->read("a", [&](const Result<Secret> &got) {
            answers << QLatin1String(!got && got.error().kind == ErrorKind::SecretNotFound ? "missing" : "found");
        });
        QVERIFY(answers.isEmpty());
        QTRY_COMPARE(answers.size(), 5);
        QCOMPARE(answers.join(u','), QStringLiteral("written,read,removed,removed again,missing"));
        store->read("a", [&](const Result<Secret> &) { answers << QStringLiteral("too late"); });
        store.reset();
        QCoreApplication::processEvents();
        QCOMPARE(answers.size(), 5);
    }
};

QTEST_GUILESS_MAIN(TestPlainSecrets)
#include "tst_plain_secrets.moc"
