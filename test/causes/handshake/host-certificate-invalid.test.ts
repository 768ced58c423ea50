import { causeTest } from '../../cause-test.ts';

causeTest('handshake/host-certificate-invalid');
