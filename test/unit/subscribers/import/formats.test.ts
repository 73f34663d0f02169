import { describe, expect, it } from 'vitest';
import { freeRadiusFormat } from '../../../../src/subscribers/import/formats/freeradius.ts';
import { phpNuxBillFormat } from '../../../../src/subscribers/import/formats/phpnuxbill.ts';
import { routerOsFormat } from '../../../../src/subscribers/import/formats/routeros.ts';
import { userManagerFormat } from '../../../../src/subscribers/import/formats/user-manager.ts';
import type { Found, FoundPlan, FoundSubscriber } from '../../../../src/subscribers/import/found.ts';
import type { ImportFormat } from '../../../../src/subscribers/import/import-format.ts';
import { readerFor } from '../../../../src/subscribers/import/readers/reader-for.ts';
import { isHeader, type SourceRow } from '../../../../src/subscribers/import/source-row.ts';

function rowsOf(format: ImportFormat, text: string, fileName: string): SourceRow[] {
  const reader = readerFor(text, fileName, format.tables ?? {});
  return [...reader.push(text), ...reader.end()].filter((item): item is SourceRow => !isHeader(item));
}

function find(format: ImportFormat, text: string, fileName = 'file'): Found[] {
  const reader = format.open({ ownMark: 'netflow-isp' });
  return [...rowsOf(format, text, fileName).flatMap((row) => reader.take(row)), ...reader.end()];
}

const subscribersOf = (found: Found[]) =>
  new Map(
    found
      .filter((one): one is FoundSubscriber => one.kind === 'subscriber')
      .map((one) => [one.cells.username, one]),
  );
const plansOf = (found: Found[]) =>
  new Map(found.filter((one): one is FoundPlan => one.kind === 'plan').map((one) => [one.code, one]));
const warningsOf = (found: Found[]) => found.flatMap((one) => (one.kind === 'warning' ? one.text : []));

describe('tables of FreeRADIUS', () => {
  const found = find(
    freeRadiusFormat,
    `INSERT INTO radcheck VALUES (1,'ann','Cleartext-Password',':=','pw-a'),(2,'ann','Simultaneous-Use',':=','2'),
      (3,'ben','MD5-Password',':=','0cc175b9c0f1b6a831c399e269772661'),(4,'cat','Cleartext-Password',':=','pw-c'),
      (5,'cat','Expiration',':=','31 Dec 2026'),(6,'dan','NT-Password',':=','0x00'),(7,'eve','Auth-Type',':=','Reject'),
      (8,'eve','User-Password','==','pw-e'),(9,'fay','Cleartext-Password',':=','pw-f'),(10,'gus','Auth-Type',':=','Accept');
    INSERT INTO radreply VALUES (1,'ann','Framed-IP-Address',':=','10.9.0.1'),(2,'fay','Mikrotik-Rate-Limit','=','3M/9M'),
      (3,'cat','Framed-IP-Address',':=','255.255.255.254'),(4,'cat','Session-Timeout',':=','3600');
    INSERT INTO radusergroup VALUES ('ann','home',5),('ann','vip',1),('cat','cards',1),('eve','home',1),('ben','home',1);
    INSERT INTO radgroupreply VALUES (1,'home','Mikrotik-Rate-Limit',':=','5M/20M'),(2,'home','Framed-Pool',':=','pool-a'),
      (3,'cards','WISPr-Bandwidth-Max-Up',':=','1000000'),(4,'cards','WISPr-Bandwidth-Max-Down',':=','4000000');
    INSERT INTO radgroupcheck VALUES (1,'home','Simultaneous-Use',':=','3');
    INSERT INTO nas VALUES (1,'10.0.0.1','tower 1','other',NULL,'secret-long-enough',NULL,NULL,NULL);\n`,
  );
  const people = subscribersOf(found);
  const plans = plansOf(found);

  it('join into subscribers: the group of the lowest priority is the package', () => {
    expect(people.get('ann')).toMatchObject({
      problem: undefined,
      cells: { password: 'pw-a', plan: 'vip', sessions: '2', ip: '10.9.0.1' },
    });
    expect(people.get('eve')?.cells).toMatchObject({ password: 'pw-e', plan: 'home', state: 'suspended' });
  });

  it('whose passwords are hashes or missing say what they serve', () => {
    expect(people.get('ben')?.problem).toMatch(/MD5-Password.*PAP and never CHAP/);
    expect(people.get('dan')?.problem).toMatch(/NT-Password.*MS-CHAP and PAP/);
    expect(people.get('gus')?.problem).toMatch(/without a password/);
  });

  it('make packages of groups, prepaid where people expire, and one for each rate of those in no group', () => {
    expect(plans.get('home')).toMatchObject({
      rate: '5M/20M',
      pool: 'pool-a',
      sessionLimit: 3,
      isPrepaid: false,
    });
    expect(plans.get('cards')).toMatchObject({ rate: '1000000/4000000', isPrepaid: true });
    expect(people.get('cat')?.cells).toMatchObject({ expires: '31 Dec 2026', ip: '' });
    expect(people.get('fay')?.cells.plan).toBe('3M/9M');
    expect(plans.get('3M/9M')).toMatchObject({ rate: '3M/9M' });
  });

  it('give routers, and warnings about attributes that are left behind', () => {
    expect(found.find(({ kind }) => kind === 'nas')).toMatchObject({
      address: '10.0.0.1',
      name: 'tower 1',
      type: 'other',
    });
    expect(warningsOf(found)).toEqual([
      expect.stringMatching(/Session-Timeout is not taken over \(1 rows\)/),
    ]);
  });

  it('of which CSV files carry the name give the same rows', () => {
    const [row] = rowsOf(
      freeRadiusFormat,
      'id,username,attribute,op,value\n1,ann,Cleartext-Password,:=,pw\n',
      'a/RadCheck.csv',
    );
    expect(row).toMatchObject({ table: 'radcheck', values: { username: 'ann', value: 'pw' } });
  });

  it('radacct gives sessions that are over, uploads as input', () => {
    const [row] = rowsOf(
      freeRadiusFormat,
      `INSERT INTO radacct (acctsessionid, username, nasipaddress, acctstarttime, acctstoptime, acctsessiontime, acctinputoctets,
        acctoutputoctets, acctterminatecause) VALUES ('81000001','ann','10.0.0.1','2026-01-01 10:00:00','2026-01-01 11:00:00',3600,5,7,'User-Request');\n`,
      'dump.sql',
    );
    expect(row && freeRadiusFormat.session?.(row)).toMatchObject({
      acctSessionId: '81000001',
      uploadOctets: '5',
      downloadOctets: '7',
      stoppedAt: '2026-01-01 11:00:00',
    });
  });
});

describe('tables of PHPNuxBill', () => {
  const found = find(
    phpNuxBillFormat,
    `INSERT INTO tbl_bandwidth (id, name_bw, rate_down, rate_down_unit, rate_up, rate_up_unit, burst) VALUES
      (1,'20M',20,'Mbps',5,'Mbps',''),(2,'slow',512,'Kbps',256,'Kbps','512k/1M 256k/512k 8/8');
    INSERT INTO tbl_plans (id, name_plan, id_bw, price, type, typebp, data_limit, data_unit, validity, validity_unit, shared_users, pool, prepaid)
      VALUES (1,'Home 20',1,'1500','PPPOE','Unlimited',NULL,'MB',30,'Days',1,'pool-a','yes'),
      (2,'Card',2,'50.50','Hotspot','Limited',500,'MB',90,'Mins',2,'','yes'),(3,'Top-up',0,'100','Balance','','','',1,'Days',1,'','yes');
    INSERT INTO tbl_customers (id, username, password, pppoe_username, pppoe_password, pppoe_ip, fullname, email, phonenumber, status) VALUES
      (1,'ann','pw-a','ann.ppp','pw-ppp','10.8.0.1','Ann Odhiambo','ann@example.net','0700','Active'),
      (2,'ben','pw-b','','','','Ben','','','Suspended'),(3,'cat','pw-c','','','','Cat','','','Active'),
      (4,'dan','$2y$10$abcdefghijklmnopqrstuv','','','','Dan','','','Active');
    INSERT INTO tbl_user_recharges (id, customer_id, username, plan_id, namebp, expiration, time, status, type) VALUES
      (1,1,'ann',2,'Card','2026-01-01','10:00:00','off','Hotspot'),(2,1,'ann',1,'Home 20','2026-12-31','23:00:00','on','PPPOE'),
      (3,2,'ben',2,'Card','2026-12-01','08:30:00','on','Hotspot'),(4,4,'dan',2,'Card','2026-12-01','08:30:00','on','Hotspot');\n`,
  );
  const people = subscribersOf(found);
  const plans = plansOf(found);

  it('give prepaid packages with price, validity and rate, upload first', () => {
    expect(plans.get('Home 20')).toMatchObject({
      rate: '5M/20M',
      price: '1500',
      isPrepaid: true,
      validity: { unit: 'days', count: 30 },
      pool: 'pool-a',
    });
    expect(plans.get('Card')).toMatchObject({
      rate: '256k/512k 512k/1M 256k/512k 8/8',
      validity: { unit: 'hours', count: 2 },
      dataLimitGb: '0.5',
      sessionLimit: 2,
    });
    expect(plans.has('Top-up')).toBe(false);
  });

  it('give each customer on the latest package, with the PPPoE credentials and the expiry', () => {
    expect(people.get('ann.ppp')?.cells).toMatchObject({
      password: 'pw-ppp',
      plan: 'Home 20',
      ip: '10.8.0.1',
      customer: 'Ann Odhiambo',
      expires: '2026-12-31 23:00:00',
      state: '',
    });
    expect(people.get('ben')?.cells).toMatchObject({ plan: 'Card', state: 'suspended' });
    expect(people.get('cat')?.problem).toMatch(/never bought/);
    expect(people.get('dan')?.problem).toMatch(/hash/);
  });
});

describe('an export of User Manager', () => {
  it('of v7 joins users, profiles and limitations, and knows its routers', () => {
    const found = find(
      userManagerFormat,
      `# 2026-11-25 10:00:00 by RouterOS 7.16
/user-manager limitation
add name=l20 rate-limit-rx=5M rate-limit-tx=20M rate-limit-burst-rx=10M rate-limit-burst-tx=40M \\
    rate-limit-burst-threshold-rx=4M rate-limit-burst-threshold-tx=16M rate-limit-burst-time-rx=8s rate-limit-burst-time-tx=8s
/user-manager profile
add name="Home 20" name-for-users=Home price=1500 validity=4w2d
/user-manager user
add name=ann password="p \\"q\\" \\D0\\BF" shared-users=2 attributes=Framed-IP-Address:10.7.0.1,Framed-Pool:pool-a
add disabled=yes name=ben password=pw-b
/user-manager profile-limitation
add limitation=l20 profile="Home 20"
/user-manager user-profile
add profile="Home 20" user=ann
add profile="Home 20" user=ben
/user-manager router
add address=10.0.0.1 name=tower-1 shared-secret=secret-long-enough\n`,
    );
    expect(plansOf(found).get('Home 20')).toMatchObject({
      rate: '5M/20M 10M/40M 4M/16M 8/8',
      price: '1500',
      isPrepaid: true,
      validity: { unit: 'days', count: 30 },
    });
    const people = subscribersOf(found);
    expect(people.get('ann')?.cells).toMatchObject({
      password: 'p "q" п',
      plan: 'Home 20',
      ip: '10.7.0.1',
      pool: 'pool-a',
      sessions: '2',
    });
    expect(people.get('ben')?.cells.state).toBe('suspended');
    expect(found.find(({ kind }) => kind === 'nas')).toMatchObject({
      address: '10.0.0.1',
      secret: 'secret-long-enough',
    });
  });

  it('of v6 has its menus below /tool', () => {
    const found = find(
      userManagerFormat,
      `/tool user-manager profile
add name=cards owner=admin price=50 validity=12h
/tool user-manager profile limitation
add name=l1 owner=admin rate-limit-rx=1048576B rate-limit-tx=2097152B
/tool user-manager profile profile-limitation
add limitation=l1 profile=cards
/tool user-manager user
add actual-profile=cards customer=admin password=1234 username=c001 shared-users=1\n`,
    );
    expect(plansOf(found).get('cards')).toMatchObject({
      rate: '1048576/2097152',
      validity: { unit: 'hours', count: 12 },
    });
    expect(subscribersOf(found).get('c001')?.cells).toMatchObject({ password: '1234', plan: 'cards' });
  });

  it('as a CSV of users is read by its headings', () => {
    const found = find(userManagerFormat, 'Username;Password;Actual-Profile\nc002;5678;cards\n');
    expect(subscribersOf(found).get('c002')?.cells).toMatchObject({ password: '5678', plan: 'cards' });
  });
});

describe('the configuration of a router', () => {
  const found = find(
    routerOsFormat,
    `# nov/25/2026
/ip pool
add name=pool-a ranges=10.4.0.10-10.4.0.250
/ppp profile
set *0 change-tcp-mss=yes
add address-list=vip local-address=10.4.0.1 name=home-20 rate-limit="5M/20M 10M/40M" remote-address=pool-a
add name=lost rate-limit=1M/1M remote-address=pool-b
add comment=netflow-isp name=netflow-5M-20M rate-limit=5M/20M
/ppp secret
add name=ann password=pw-a profile=home-20 remote-address=10.4.0.7 caller-id=00:11:22:33:44:55
add name=ben password=****** profile=home-20
add disabled=yes name=cat password=pw-c profile=home-20
add comment="netflow-isp service=7" name=dan password=x profile=home-20
/queue simple
add max-limit=2M/8M name="Hotel Roof" target=10.5.0.9/32
add max-limit=50M/50M name=all target=10.5.0.0/24
add max-limit=0/0 name=open target=10.5.0.10/32\n`,
  );
  const people = subscribersOf(found);

  it('gives packages with rate, pool and address list, and says which pool is missing', () => {
    expect(plansOf(found).get('home-20')).toMatchObject({
      rate: '5M/20M 10M/40M',
      pool: 'pool-a',
      addressList: 'vip',
    });
    expect(plansOf(found).has('netflow-5M-20M')).toBe(false);
    expect(warningsOf(found)).toEqual([expect.stringContaining("'pool-b'")]);
  });

  it('gives services of secrets; hidden passwords and what is ours are left', () => {
    expect(people.get('ann')?.cells).toMatchObject({
      password: 'pw-a',
      plan: 'home-20',
      ip: '10.4.0.7',
      mac: '00:11:22:33:44:55',
    });
    expect(people.get('ben')?.problem).toContain('sensitive');
    expect(people.get('cat')?.cells.state).toBe('suspended');
    expect(people.has('dan')).toBe(false);
  });

  it('gives customers on fixed addresses of queues for one address with a rate', () => {
    expect(people.get('Hotel Roof')).toMatchObject({
      isAddressOnly: true,
      cells: { plan: '2M/8M', ip: '10.5.0.9' },
    });
    expect(people.has('all')).toBe(false);
    expect(people.has('open')).toBe(false);
  });
});
