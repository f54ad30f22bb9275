// Asio's and Beast's own code, compiled once here (…_SEPARATE_COMPILATION) and not in every file of
// this library.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
