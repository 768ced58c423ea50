import { causeTest } from '../../cause-test.ts';

// Found in what the lab captured of it; silent on healthy hosts; unknown without its facts.
causeTest('firewall/aws-network-acl');
