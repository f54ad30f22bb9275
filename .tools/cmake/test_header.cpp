// Empty: the precompiled header of all tests is built with it (HookswitchTargets.cmake).
