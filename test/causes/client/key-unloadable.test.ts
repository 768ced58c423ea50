import { causeTest } from '../../cause-test.ts';

causeTest('client/key-unloadable');
