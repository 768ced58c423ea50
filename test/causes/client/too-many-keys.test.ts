import { causeTest } from '../../cause-test.ts';

causeTest('client/too-many-keys');
