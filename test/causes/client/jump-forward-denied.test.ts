import { causeTest } from '../../cause-test.ts';

causeTest('client/jump-forward-denied');
