/// Lines of login servers, and what they tell.
enum LoginSamples {
    static let text = ##"""
        ### dovecot dovecot
        May  1 10:00:00 mx dovecot: imap-login: Info: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, mpid=18, TLS, session=<PeYcgjjOGOisEQAB>
        May  1 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 3 attempts in 6 secs): user=<x>, method=PLAIN, rip=203.0.113.6, lip=1.1.1.1>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, TLS, session=<a>
        May  1 10:00:00 mx dovecot: imap-login: Login aborted: Connection closed (auth failed, 1 attempts in 16 secs) (auth_failed): user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, TLS, session=<b>
        May  1 10:00:00 mx dovecot: pop3-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=192.0.2.1, lip=198.51.100.25, session=<c>
        May  1 10:00:01 mx dovecot: imap(ann)<18><PeYcgjjOGOisEQAB>: Disconnected: Logged out in=123 out=456
        May  1 10:00:02 mx dovecot: lmtp(19): Connect from 192.0.2.9
        May  1 10:00:02 mx dovecot: lmtp(ann)<19><abc>: sieve: msgid=<1@far.example>: stored mail into mailbox 'INBOX'
        May  1 10:00:02 mx dovecot: lda(ann)<20><abd>: msgid=<x: saved mail to Trash@far.example>: saved mail to INBOX
        May  1 10:00:02 mx dovecot: lmtp(ann)<19><abc>: sieve: msgid=<2@far.example>: forwarded to <ann@other.example>
        May  1 10:00:03 mx dovecot: auth-worker(20): conn unix:auth-worker (pid=919,uid=112): auth-worker<1>: sql(ann,192.0.2.1,<s>): unknown user (given password: secret)
        May  1 10:00:03 mx dovecot: auth: passwd-file(x,203.0.113.9): ann,192.0.2.1): Password mismatch
        May  1 10:00:03 mx dovecot-auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=ann rhost=192.0.2.1
        May  1 10:00:04 mx dovecot: managesieve-login: Login: user=<ann>, method=PLAIN, rip=2001:db8::1, lip=2001:db8::2, mpid=18, TLS, session=<d>
        May  1 10:00:05 mx dovecot: master: Dovecot v2.3.19 starting up for imap, lmtp
        ---
        1 login 2024-05-01T10:00:00Z no-year no-zone #PeYcgjjOGOisEQAB: auth_method=PLAIN | client_ip=192.0.2.1 | listener=198.51.100.25 | protocol=imap | reason=Login | status=pass | tls_version=TLS | user=ann
        2 authentication 2024-05-01T10:00:00Z no-year no-zone #a: auth_method=PLAIN | client_ip=192.0.2.1 | count=3 | listener=198.51.100.25 | protocol=imap | reason=Disconnected (auth failed, 3 attempts in 6 secs) | status=fail | tls_version=TLS | user=x>, method=PLAIN, rip=203.0.113.6, lip=1.1.1.1
        3 authentication 2024-05-01T10:00:00Z no-year no-zone #b: auth_method=PLAIN | client_ip=192.0.2.1 | count=1 | listener=198.51.100.25 | protocol=imap | reason=Login aborted: Connection closed (auth failed, 1 attempts in 16 secs) (auth_failed) | status=fail | tls_version=TLS | user=ann
        4 disconnect 2024-05-01T10:00:00Z no-year no-zone #c: client_ip=192.0.2.1 | listener=198.51.100.25 | protocol=pop3 | reason=Disconnected (no auth attempts in 0 secs)
        5 disconnect 2024-05-01T10:00:01Z no-year no-zone #PeYcgjjOGOisEQAB: protocol=imap | reason=Disconnected: Logged out in=123 out=456 | user=ann
        6 connect 2024-05-01T10:00:02Z no-year no-zone: client_ip=192.0.2.9 | reason=Connect from 192.0.2.9
        7 delivery 2024-05-01T10:00:02Z no-year no-zone #abc: message_id=1@far.example | next_hop='INBOX' | reason=sieve: msgid=<1@far.example>: stored mail into mailbox 'INBOX' | status=sent | to=ann | transport=lmtp | user=ann
        8 delivery 2024-05-01T10:00:02Z no-year no-zone #abd: message_id=x: saved mail to Trash@far.example | next_hop=INBOX | reason=msgid=<x: saved mail to Trash@far.example>: saved mail to INBOX | status=sent | to=ann | transport=lda | user=ann
        9 delivery 2024-05-01T10:00:02Z no-year no-zone #abc: message_id=2@far.example | next_hop=<ann@other.example> | reason=sieve: msgid=<2@far.example>: forwarded to <ann@other.example> | status=sent | to=ann | transport=lmtp | user=ann
        10 authentication 2024-05-01T10:00:03Z no-year no-zone #s: client_ip=192.0.2.1 | reason=unknown user | status=fail | transport=sql | user=ann
        11 authentication 2024-05-01T10:00:03Z no-year no-zone: doubt=repeated | reason=ann,192.0.2.1): Password mismatch | status=fail | transport=passwd-file | user=x
        12 authentication 2024-05-01T10:00:03Z no-year no-zone: client_ip=192.0.2.1 | reason=pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=ann rhost=192.0.2.1 | status=fail | user=ann
        13 login 2024-05-01T10:00:04Z no-year no-zone #d: auth_method=PLAIN | client_ip=2001:db8::1 | listener=2001:db8::2 | protocol=sieve | reason=Login | status=pass | tls_version=TLS | user=ann
        14 note 2024-05-01T10:00:05Z no-year no-zone: reason=Dovecot v2.3.19 starting up for imap, lmtp
        ### cyrus cyrus
        May  1 10:00:00 mx cyrus/imaps[123]: login: client.example [192.0.2.1] ann plaintext+TLS User logged in SESSIONID=<mx-1>
        May  1 10:00:00 mx imap[123]: badlogin: client.example [192.0.2.1] plaintext ann SASL(-13): authentication failure: checkpass failed
        May  1 10:00:00 mx imap[123]: badlogin: [192.0.2.1] CRAM-MD5 [SASL(-13): authentication failure: incorrect digest response]
        May  1 10:00:00 mx timsieved[124]: badlogin: client.example[192.0.2.1] PLAIN authentication failure
        May  1 10:00:01 mx cyrus/lmtpunix[125]: Delivered: <1@far.example> to mailbox: user.ann
        May  1 10:00:02 mx saslauthd[126]: do_auth         : auth failure: [user=ann] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]
        ---
        1 login 2024-05-01T10:00:00Z no-year no-zone #mx-1: client_ip=192.0.2.1 | protocol=imap | reason=login: client.example [192.0.2.1] ann plaintext+TLS User logged in SESSIONID=<mx-1> | status=pass | user=ann
        2 authentication 2024-05-01T10:00:00Z no-year no-zone #123: client_ip=192.0.2.1 | protocol=imap | reason=badlogin: client.example [192.0.2.1] plaintext ann SASL(-13): authentication failure: checkpass failed | status=fail | user=ann
        3 authentication 2024-05-01T10:00:00Z no-year no-zone #123: client_ip=192.0.2.1 | protocol=imap | reason=badlogin: [192.0.2.1] CRAM-MD5 [SASL(-13): authentication failure: incorrect digest response] | status=fail
        4 authentication 2024-05-01T10:00:00Z no-year no-zone #124: client_ip=192.0.2.1 | protocol=sieve | reason=badlogin: client.example[192.0.2.1] PLAIN authentication failure | status=fail
        5 delivery 2024-05-01T10:00:01Z no-year no-zone #125: message_id=1@far.example | reason=Delivered: <1@far.example> to mailbox: user.ann | status=sent | to=user.ann | transport=lmtp
        6 authentication 2024-05-01T10:00:02Z no-year no-zone #126: reason=do_auth         : auth failure: [user=ann] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error] | status=fail | user=ann
        ### courier courier
        May  1 10:00:00 mx imapd: LOGIN, user=ann, ip=[::ffff:192.0.2.1], port=[49152], protocol=IMAP
        May  1 10:00:00 mx pop3d: LOGIN FAILED, user=a, ip=[203.0.113.6], ip=[::ffff:192.0.2.1]
        May  1 10:00:00 mx imapd: LOGOUT, user=ann, ip=[::ffff:192.0.2.1], port=[49152], headers=0, body=0, rcvd=1, sent=2, time=3
        May  1 10:00:01 mx courieresmtpd[7]: started,ip=[::ffff:192.0.2.1]
        May  1 10:00:01 mx courieresmtpd[7]: error,relay=::ffff:192.0.2.1,port=43632,from=<ann@far.example>,to=<eve@company.example>: 550 User unknown.
        May  1 10:00:01 mx courieresmtpd[7]: error,relay=::ffff:192.0.2.1,msg="535 Authentication failed.",cmd: AUTH PLAIN AGFubgBzZWNyZXQ=
        May  1 10:00:01 mx courieresmtpd[7]: error,relay=::ffff:192.0.2.1,msg="535 Authentication failed.",cmd: c2VjcmV0
        May  1 10:00:02 mx courierd: newmsg,id=0000A.4F2A: dns; mail.far.example (mail.far.example [::ffff:192.0.2.1])
        May  1 10:00:02 mx courieresmtp: id=0000A.4F2A,from=<ann@company.example>,addr=<bob@far.example>,success: delivered: mx.far.example [203.0.113.1]
        May  1 10:00:03 mx ipop3d[9]: Login failed user=ann auth=ann host=client.example [192.0.2.1]
        ---
        1 login 2024-05-01T10:00:00Z no-year no-zone: client_ip=192.0.2.1 | client_port=49152 | protocol=imap | reason=LOGIN, user=ann, ip=[::ffff:192.0.2.1], port=[49152], protocol=IMAP | status=pass | user=ann
        2 authentication 2024-05-01T10:00:00Z no-year no-zone: client_ip=192.0.2.1 | protocol=pop3 | reason=LOGIN FAILED, user=a, ip=[203.0.113.6], ip=[::ffff:192.0.2.1] | status=fail | user=a, ip=[203.0.113.6]
        3 disconnect 2024-05-01T10:00:00Z no-year no-zone: client_ip=192.0.2.1 | client_port=49152 | protocol=imap | reason=LOGOUT, user=ann, ip=[::ffff:192.0.2.1], port=[49152], headers=0, body=0, rcvd=1, sent=2, time=3 | user=ann
        4 connect 2024-05-01T10:00:01Z no-year no-zone #7: client_ip=192.0.2.1 | protocol=smtp | reason=started,ip=[::ffff:192.0.2.1]
        5 reject 2024-05-01T10:00:01Z no-year no-zone #7: client_ip=192.0.2.1 | client_port=43632 | code=550 | from=ann@far.example | protocol=smtp | reason=error,relay=::ffff:192.0.2.1,port=43632,from=<ann@far.example>,to=<eve@company.example>: 550 User unknown. | reply=550 User unknown. | to=eve@company.example
        6 authentication 2024-05-01T10:00:01Z no-year no-zone #7: auth_method=PLAIN | client_ip=192.0.2.1 | code=535 | command=AUTH PLAIN *** | protocol=smtp | reason=535 Authentication failed. | reply=535 Authentication failed. | status=fail | user=ann
        7 authentication 2024-05-01T10:00:01Z no-year no-zone #7: client_ip=192.0.2.1 | code=535 | command=*** | protocol=smtp | reason=535 Authentication failed. | reply=535 Authentication failed. | status=fail
        8 message 2024-05-01T10:00:02Z no-year no-zone @0000A.4F2A: client_ip=192.0.2.1 | reason=newmsg,id=0000A.4F2A: dns; mail.far.example (mail.far.example [::ffff:192.0.2.1])
        9 delivery 2024-05-01T10:00:02Z no-year no-zone @0000A.4F2A: from=ann@company.example | next_hop=mx.far.example | next_hop_ip=203.0.113.1 | protocol=smtp | reason=id=0000A.4F2A,from=<ann@company.example>,addr=<bob@far.example>,success: delivered: mx.far.example [203.0.113.1] | reply=delivered: mx.far.example [203.0.113.1] | status=sent | to=bob@far.example
        10 authentication 2024-05-01T10:00:03Z no-year no-zone #9: client_ip=192.0.2.1 | protocol=pop3 | reason=Login failed user=ann auth=ann host=client.example [192.0.2.1] | status=fail | user=ann
        ### webmail webmail
        May  1 10:00:00 mx roundcube[9]: <crk9n97i> IMAP Error: Login failed for ann from 192.0.2.1. AUTHENTICATE PLAIN: Authentication failed. in /usr/share/rcube_imap.php on line 193 (POST /mail/?_task=login&_action=login)
        May  1 10:00:00 mx roundcube[9]: <crk9n97i> IMAP Error: Login failed for ann from 203.0.113.9. AUTHENTICATE PLAIN: x from 192.0.2.1. AUTHENTICATE PLAIN: no. in /usr/share/rcube_imap.php on line 193 (POST /mail/?_task=login&_action=login)
        May  1 10:00:01 mx sogod[9]: SOGoRootPage Login from '192.0.2.1' for user 'ann' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0
        May  1 10:00:02 mx HORDE[9]: [imp] FAILED LOGIN for ann [192.0.2.1] to Horde [on line 116 of "/home/horde/login.php"]
        ---
        1 authentication 2024-05-01T10:00:00Z no-year no-zone #crk9n97i: client_ip=192.0.2.1 | protocol=http | reason=IMAP Error: Login failed for ann from 192.0.2.1. AUTHENTICATE PLAIN: Authentication failed. in /usr/share/rcube_imap.php on line 193 (POST /mail/?_task=login&_action=login) | status=fail | user=ann
        2 authentication 2024-05-01T10:00:00Z no-year no-zone #crk9n97i: doubt=client_ip | protocol=http | reason=IMAP Error: Login failed for ann from 203.0.113.9. AUTHENTICATE PLAIN: x from 192.0.2.1. AUTHENTICATE PLAIN: no. in /usr/share/rcube_imap.php on line 193 (POST /mail/?_task=login&_action=login) | status=fail | user=ann
        3 authentication 2024-05-01T10:00:01Z no-year no-zone: client_ip=192.0.2.1 | protocol=http | reason=SOGoRootPage Login from '192.0.2.1' for user 'ann' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0 | status=fail | user=ann
        4 authentication 2024-05-01T10:00:02Z no-year no-zone: client_ip=192.0.2.1 | protocol=http | reason=[imp] FAILED LOGIN for ann [192.0.2.1] to Horde [on line 116 of "/home/horde/login.php"] | status=fail | user=ann
        ### roundcube-file webmail
        [01-May-2024 12:00:00 +0200]: <4z506z6r> Failed login for ann from 192.0.2.1 in session 4z506z6rvddstv6k7jz08hxo27 (error: 0)
        [01-May-2024 12:00:01 +0200]: <4z506z6r> Successful login for ann (ID: 7) from 192.0.2.1 in session 4z506z6rvddstv6k7jz08hxo27
        ---
        1 authentication 2024-05-01T10:00:00Z #4z506z6r: client_ip=192.0.2.1 | protocol=http | reason=Failed login for ann from 192.0.2.1 in session 4z506z6rvddstv6k7jz08hxo27 (error: 0) | status=fail | user=ann
        2 login 2024-05-01T10:00:01Z #4z506z6r: client_ip=192.0.2.1 | protocol=http | reason=Successful login for ann (ID: 7) from 192.0.2.1 in session 4z506z6rvddstv6k7jz08hxo27 | status=pass | user=ann
        ### pop-servers pop-servers
        May  1 10:00:00 mx solid-pop3d[9]: authentication failed: no such user: ann - 203.0.113.9 - 192.0.2.1
        May  1 10:00:00 mx perdition.imaps[9]: Auth: 192.0.2.1:2274->198.51.100.2:993 client-secure=ssl authorisation_id=NONE authentication_id="ann" server="imap.company.example:993" protocol=IMAP4S server-secure=ssl status="failed: Re-Authentication Failure"
        ---
        1 authentication 2024-05-01T10:00:00Z no-year no-zone #9: client_ip=192.0.2.1 | protocol=pop3 | reason=authentication failed: no such user: ann - 203.0.113.9 - 192.0.2.1 | status=fail | user=ann - 203.0.113.9
        2 authentication 2024-05-01T10:00:00Z no-year no-zone #9: client_ip=192.0.2.1 | client_port=2274 | protocol=imap4s | reason=failed: Re-Authentication Failure | status=fail | user=ann
        ### dovecot-failures dovecot
        May  1 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, TLS: Disconnected
        May  1 10:00:01 mx dovecot: imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=192.0.2.1, lip=198.51.100.25, TLS handshaking: SSL_accept() failed: error:1408F10B:SSL routines:wrong version number, session=<a>
        May  1 10:00:02 mx dovecot: imap-login: Disconnected: Inactivity (client didn't finish SASL auth, waited 19 secs): user=<SSL_accept() failed>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, session=<b>
        May  1 10:00:03 mx auth: Info: ldap(ann,192.0.2.1,): invalid credentials
        May  1 10:00:04 mx dovecot: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=ann rhost=192.0.2.1
        ---
        1 authentication 2024-05-01T10:00:00Z no-year no-zone: auth_method=PLAIN | client_ip=192.0.2.1 | count=1 | listener=198.51.100.25 | protocol=imap | reason=Disconnected (auth failed, 1 attempts) | status=fail | tls_version=TLS
        2 tls 2024-05-01T10:00:01Z no-year no-zone #a: client_ip=192.0.2.1 | listener=198.51.100.25 | protocol=imap | reason=SSL_accept() failed: error:1408F10B:SSL routines:wrong version number, session=<a> | status=fail | tls_version=TLS
        3 authentication 2024-05-01T10:00:02Z no-year no-zone #b: auth_method=PLAIN | client_ip=192.0.2.1 | count=1 | listener=198.51.100.25 | protocol=imap | reason=Disconnected: Inactivity (client didn't finish SASL auth, waited 19 secs) | status=fail | user=SSL_accept() failed
        4 authentication 2024-05-01T10:00:03Z no-year no-zone: client_ip=192.0.2.1 | reason=invalid credentials | status=fail | transport=ldap | user=ann
        5 authentication 2024-05-01T10:00:04Z no-year no-zone: client_ip=192.0.2.1 | reason=pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=ann rhost=192.0.2.1 | status=fail | user=ann
        ### dovecot-multilog qmail
        @400000006632126a0ee6b280 imap-login: Info: Aborted login (auth failed, 1 attempts): user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.25, TLS
        ---
        1 authentication 2024-05-01T09:58:56.250Z: auth_method=PLAIN | client_ip=192.0.2.1 | count=1 | listener=198.51.100.25 | protocol=imap | reason=Aborted login (auth failed, 1 attempts) | status=fail | tls_version=TLS | user=ann
        ### cyrus-by-another-name courier
        May  1 10:00:00 mx imapd[9]: badlogin: client.example [192.0.2.1] CRAM-MD5 [SASL(-13): authentication failure: incorrect digest response]
        ---
        1 authentication 2024-05-01T10:00:00Z no-year no-zone #9: client_ip=192.0.2.1 | protocol=imap | reason=badlogin: client.example [192.0.2.1] CRAM-MD5 [SASL(-13): authentication failure: incorrect digest response] | status=fail
        """##
}
