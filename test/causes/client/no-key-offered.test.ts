import { causeTest } from '../../cause-test.ts';

causeTest('client/no-key-offered');
