import { causeTest } from '../../cause-test.ts';

causeTest('firewall/host-egress-drop');
