import { causeTest } from '../../cause-test.ts';

causeTest('client/alias-surprise');
