// Precompiled headers are built with it: CMake makes none for a library without a source
// (HookswitchTargets.cmake).
