// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/aws_profile.h"
#include "secrets/secret_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace pm;
using namespace pm::secrets;

class TestAwsProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        for (const char *name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
            qunsetenv(name);
        const QString path = m_dir.filePath(QStringLiteral("credentials"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("# keys\n[default]\naws_access_key_id = AKID1\r\naws_secret_access_key=s/1=\n\n"
                   "[ work ]\naws_access_key_id=AKID2\naws_secret_access_key=s2\naws_session_token=t2\n"
                   "[half]\naws_access_key_id=AKID3\n;aws_secret_access_key=s3\n");
        file.close();
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
        qputenv("AWS_SHARED_CREDENTIALS_FILE", path.toUtf8());
    }
    void profiles_data()
    {
        QTest::addColumn<QByteArray>("profile");
        QTest::addColumn<QByteArray>("key"); // empty: none
        QTest::newRow("default") << QByteArray("default") << QByteArray("AKID1:s/1=");
        QTest::newRow("with a token") << QByteArray("work") << QByteArray("AKID2:s2:t2");
        QTest::newRow("no secret") << QByteArray("half") << QByteArray();
        QTest::newRow("no such section") << QByteArray("other") << QByteArray();
        QTest::newRow("environment that is not set") << QByteArray("environment") << QByteArray();
    }
    void profiles()
    {
        QFETCH(QByteArray, profile);
        QFETCH(QByteArray, key);
        const auto reference = parseReference("aws:" + profile.toStdString());
        QVERIFY(reference);
        const auto found = readPlain(*reference);
        QCOMPARE(found.has_value(), !key.isEmpty());
        if (found)
            QCOMPARE(QByteArray(found->reveal().data(), qsizetype(found->reveal().size())), key);
        else
            QCOMPARE(int(found.error().kind), int(ErrorKind::SecretNotFound));
    }
    void environment()
    {
        qputenv("AWS_ACCESS_KEY_ID", "AKIDE");
        qputenv("AWS_SECRET_ACCESS_KEY", "se");
        QVERIFY(readAwsProfile("environment")->equals("AKIDE:se"));
        qputenv("AWS_SESSION_TOKEN", "te");
        QVERIFY(readAwsProfile("environment")->equals("AKIDE:se:te"));
    }
    void sharedFileIsRefused()
    {
        QFile file(m_dir.filePath(QStringLiteral("credentials")));
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadOther));
        const auto found = readAwsProfile("default");
        QVERIFY(!found);
        QVERIFY(found.error().message.find("chmod 600") != std::string::npos);
    }

private:
    QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(TestAwsProfile)
#include "tst_aws_profile.moc"
